import type { MinerMode } from "@ballast/contracts";
import type { Attempt } from "./next-step.ts";
import type { Wear } from "./wear.ts";

/** What never changes about a miner while the controller runs. */
export interface UnitFacts {
  readonly index: number;
  readonly id: string;
  readonly ratedW: number;
  /** Power in standby: a small miner's standby is a large share of its rating. */
  readonly standbyW: number;
  readonly expectedThs: number | undefined;
  /** `L1`, `L2`, `L3`; units on all three, or without a phase map, form one group. */
  readonly phase: string;
  readonly feeder: string;
  /** How long its firmware may take to stop, and to come back to its full hashrate. */
  readonly stopMs: number;
  readonly wakeMs: number;
}

/** `unheard`: not yet since the start. */
export type Hearing = "unheard" | "heard" | "unreachable";

/** What the latest measurement proves. Words of the miner alone prove nothing. */
export type Evidence = "asleep" | "awake" | "unclear";

export interface UnitState {
  readonly wanted: "run" | "sleep";
  readonly attempt: Attempt | undefined;
  readonly hearing: Hearing;
  readonly evidence: Evidence;
  readonly mode: MinerMode;
  /** When the request behind the latest reading went out. */
  readonly askedMonoMs: number | undefined;
  /** When a reading failed last. */
  readonly missedMonoMs: number | undefined;
  /** Measured or estimated by the miner; undefined when it does not say. */
  readonly powerW: number | undefined;
  /** What it usually draws at most while hashing: an estimate of its 95th percentile. */
  readonly powerP95W: number | undefined;
  readonly hashingSinceMonoMs: number | undefined;
  readonly uptimeMs: number | undefined;
  readonly isFaulty: boolean;
  readonly isUnresponsive: boolean;
  readonly isStoppedByOthers: boolean;
  /** Its feeder's meter proved that it sleeps; it has not been told anything, nor restarted, since. */
  readonly isProvenByFeeder: boolean;
  readonly lastOffMonoMs: number | undefined;
  /** Wakes in a row that had no effect. */
  readonly wakeFailuresCount: number;
  readonly wear: Wear;
}

export interface Unit {
  readonly facts: UnitFacts;
  readonly state: UnitState;
}

/** Its own measurement says so, or, where it tells nothing, its feeder's. */
export const isMeasuredAsleep = ({ evidence, isProvenByFeeder }: UnitState): boolean =>
  evidence === "asleep" || (evidence === "unclear" && isProvenByFeeder);

/** Before anything is heard of a miner, only the journal says what was wanted of it. */
export const unheardState = (wanted: "run" | "sleep", wear: Wear): UnitState => ({
  wanted,
  attempt: undefined,
  hearing: "unheard",
  evidence: "unclear",
  mode: "unknown",
  askedMonoMs: undefined,
  missedMonoMs: undefined,
  powerW: undefined,
  powerP95W: undefined,
  hashingSinceMonoMs: undefined,
  uptimeMs: undefined,
  isFaulty: false,
  isUnresponsive: false,
  isStoppedByOthers: false,
  isProvenByFeeder: false,
  lastOffMonoMs: undefined,
  wakeFailuresCount: 0,
  wear,
});
