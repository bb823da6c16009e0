import type { Law } from "./law.ts";
import { bootLoss, type LossTrack } from "./loss.ts";
import { freshTrack, type MeterTrack } from "./meter-track.ts";
import { type RestoreTrack, restIn } from "./restore.ts";
import { calmVoltage, type VoltageTrack } from "./voltage.ts";

/** All that one decision hands to the next. Plain data: it survives a trip through JSON. */
export interface State {
  readonly meters: readonly MeterTrack[];
  readonly loss: LossTrack;
  readonly voltage: VoltageTrack;
  readonly restore: RestoreTrack;
  readonly disagreedSinceMonoMs: number | undefined;
  /**
   * The one number that grid trouble lowers and that only a restore raises. Undefined at a start,
   * until the fleet has said what it runs.
   */
  readonly gridCapW: number | undefined;
  readonly gridCapOwner: "frequency" | "voltage" | "boot";
  readonly surplusW: number;
  readonly targetW: number | undefined;
}

export interface StateOptions {
  readonly nowMonoMs: number;
  /** Draws the random delays; the same seed gives the same delays. */
  readonly seed: number;
}

/** A start: blind and silent until the fleet and the grid have been seen. */
export const bootState = ({ nowMonoMs, seed }: StateOptions, law: Law): State => ({
  meters: Array.from({ length: law.meterCount }, () => freshTrack),
  loss: bootLoss(nowMonoMs),
  voltage: calmVoltage,
  restore: restIn(seed, law),
  disagreedSinceMonoMs: undefined,
  gridCapW: undefined,
  gridCapOwner: "boot",
  surplusW: law.overFrequency?.baseW ?? law.ratedW,
  targetW: undefined,
});

/** In the middle of an ordinary day, everything on: where a replay of a recording begins. */
export const runningState = (options: StateOptions, law: Law): State => ({
  ...bootState(options, law),
  loss: { ...bootLoss(options.nowMonoMs), isLost: false, isFleetKnown: true },
  gridCapW: law.ratedW,
  gridCapOwner: "frequency",
  targetW: law.ratedW,
});
