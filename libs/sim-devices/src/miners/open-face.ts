import type { minerDrivers } from "@ballast/miner-drivers";
import { braiinsBosFace } from "./braiins-bos.ts";
import { cgminerFace } from "./cgminer.ts";
import { luxosFace } from "./luxos.ts";
import type { FaceOptions, MinerFace } from "./miner-face.ts";

export type MinerDriverId = (typeof minerDrivers)[number]["id"];

/** One face for each driver: a driver without one does not compile. */
export const minerFaces: Readonly<Record<MinerDriverId, (options: FaceOptions) => MinerFace>> = {
  "braiins-bos": braiinsBosFace,
  cgminer: cgminerFace,
  luxos: luxosFace,
};
