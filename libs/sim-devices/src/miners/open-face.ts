import { assertDefined } from "@ballast/kernel";
import { minerFaces } from "./faces.gen.ts";
import type { FaceDefinition, FaceOptions, MinerFace } from "./miner-face.ts";

const faces: readonly FaceDefinition[] = minerFaces;

/** Firmwares that can be simulated. */
export type SimulatedDriverId = (typeof minerFaces)[number]["driverId"];

export const simulatedDriverIds: readonly SimulatedDriverId[] = minerFaces.map(
  ({ driverId }) => driverId,
);

export const openFace = (driverId: SimulatedDriverId, options: FaceOptions): MinerFace =>
  assertDefined(
    faces.find((face) => face.driverId === driverId),
    `${driverId} has a face`,
  ).open(options);
