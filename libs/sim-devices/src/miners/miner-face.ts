import type { Random } from "@ballast/kernel";
import type { minerDrivers } from "@ballast/miner-drivers";
import type { MinerCommand, SimulatedMiner } from "@ballast/sim-plant";

/** What a client meets when it connects to a miner and asks. */
export type FaceAnswer =
  | { readonly kind: "reply"; readonly bytes: Uint8Array; readonly delayMs: number }
  /** Connected, and never a byte: a control board that hangs. */
  | { readonly kind: "silent" }
  /** Nothing listens on the port: the connection is refused at once. */
  | { readonly kind: "refused" }
  /** Nobody is at the address: the connection is never answered. */
  | { readonly kind: "absent" };

/** The wire side of one simulated miner: its API server, with all that it remembers. */
export interface MinerFace {
  readonly minerId: string;
  /** What the miner answers to a request that reaches it at this instant. */
  answer(request: Uint8Array, monoMs: number): FaceAnswer;
}

/** A command has arrived and was understood; whether it is obeyed, the plant knows. */
export interface ArrivedCommand {
  readonly minerId: string;
  readonly kind: MinerCommand;
  readonly monoMs: number;
}

export interface FaceOptions {
  readonly miner: SimulatedMiner;
  /** Response times, session ids, noise on the wire. */
  readonly random: Random;
  readonly onCommand?: (command: ArrivedCommand) => void;
}

type AnyDriverId = (typeof minerDrivers)[number]["id"];

/** How the miners of one driver answer. A driver without a face works, and cannot be simulated. */
export interface FaceDefinition<DriverId extends AnyDriverId = AnyDriverId> {
  readonly driverId: DriverId;
  readonly open: (options: FaceOptions) => MinerFace;
}

export const defineFace = <const DriverId extends AnyDriverId>(
  face: FaceDefinition<DriverId>,
): FaceDefinition<DriverId> => Object.freeze(face);
