import type { GridView } from "./grid-view.ts";
import { type Law, lostAfterMs } from "./law.ts";

/** All off within 40 s, slow enough for a generator's governor. */
const stepMs = 5_000;
/** A fleet that is being read back is worth waiting for, but not for ever. */
const readBackMaxMs = 600_000;

export interface LossTrack {
  /** Blind, or not yet trusting again. Every start begins here. */
  readonly isLost: boolean;
  readonly startedMonoMs: number;
  /** Undefined while nothing is overdue. */
  readonly nextStepMonoMs: number | undefined;
  /** Whether the fleet has said since our start what it runs. */
  readonly isFleetKnown: boolean;
  /** Until then a start waits for the fleet before it says anything. */
  readonly fleetDueMonoMs: number;
}

export interface LossVerdict {
  readonly track: LossTrack;
  /** Stages to shed now. */
  readonly stepCount: number;
}

export const bootLoss = (nowMonoMs: number): LossTrack => ({
  isLost: true,
  startedMonoMs: nowMonoMs,
  nextStepMonoMs: undefined,
  isFleetKnown: false,
  fleetDueMonoMs: nowMonoMs + lostAfterMs,
});

/** Notes that the fleet has spoken, or that it is still busy asking its miners. */
export function awaitFleet(
  track: LossTrack,
  fleet: { readonly isReadBack: boolean } | undefined,
  nowMonoMs: number,
): LossTrack {
  if (track.isFleetKnown || fleet === undefined) return track;
  if (fleet.isReadBack) return { ...track, isFleetKnown: true };
  if (nowMonoMs - track.startedMonoMs > readBackMaxMs) return track;
  return { ...track, fleetDueMonoMs: nowMonoMs + lostAfterMs };
}

/** Whether the site is blind, and how much it has to shed for that. */
export function watchLoss(
  before: LossTrack,
  view: GridView,
  nowMonoMs: number,
  { recoverMs, stages }: Law,
): LossVerdict {
  const isFleetOverdue = !before.isFleetKnown && nowMonoMs >= before.fleetDueMonoMs;
  if (view.isAnyGood && !isFleetOverdue) {
    const { goodSinceMonoMs } = view;
    const isTrusted = goodSinceMonoMs !== undefined && nowMonoMs - goodSinceMonoMs >= recoverMs;
    const isLost = before.isLost && !(isTrusted && before.isFleetKnown);
    if (isLost === before.isLost && before.nextStepMonoMs === undefined) {
      return { track: before, stepCount: 0 };
    }
    return { track: { ...before, isLost, nextStepMonoMs: undefined }, stepCount: 0 };
  }
  const overdueMonoMs = view.isAnyGood
    ? before.fleetDueMonoMs
    : (view.lastGoodMonoMs ?? before.startedMonoMs) + lostAfterMs;
  let nextStepMonoMs = before.nextStepMonoMs ?? overdueMonoMs;
  let stepCount = 0;
  while (nowMonoMs >= nextStepMonoMs && stepCount < stages.length) {
    stepCount += 1;
    nextStepMonoMs += stepMs;
  }
  // After a long stall the steps that were missed are taken, and the count starts over from now.
  if (nowMonoMs >= nextStepMonoMs) nextStepMonoMs = nowMonoMs + stepMs;
  const isLost = before.isLost || stepCount > 0 || view.isDeadBus;
  return { track: { ...before, isLost, nextStepMonoMs }, stepCount };
}
