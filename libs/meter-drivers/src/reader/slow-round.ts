import type { PlannedRead } from "../plan-meter.ts";
import type { MeterReading, Quantity } from "../quantities.ts";

/** What is read beside the frequency: a round a second, one request at a time, between samples. */
export interface SlowRound {
  readonly startedMonoMs: number;
  readonly pending: readonly PlannedRead[];
  readonly reading: MeterReading;
}

export interface SlowPlan {
  readonly everySecond: readonly PlannedRead[];
  readonly everyMinute: readonly PlannedRead[];
}

/** A little less than a second: a poll that comes early by its jitter must not skip a round. */
const roundMs = 900;
const energyMs = 60_000;

/** The next round, once the last has lasted its second; energy joins in once a minute. */
export function nextRound(
  last: SlowRound | undefined,
  energyMonoMs: number | undefined,
  nowMonoMs: number,
  plan: SlowPlan,
): { readonly round: SlowRound; readonly hasEnergy: boolean } | undefined {
  if (last !== undefined && nowMonoMs - last.startedMonoMs < roundMs) return undefined;
  const hasEnergy = energyMonoMs === undefined || nowMonoMs - energyMonoMs >= energyMs;
  const pending = hasEnergy ? [...plan.everySecond, ...plan.everyMinute] : plan.everySecond;
  return { round: { startedMonoMs: nowMonoMs, pending, reading: {} }, hasEnergy };
}

/** The round after one of its requests was answered. */
export const withAnswer = (round: SlowRound, answer: MeterReading): SlowRound => ({
  ...round,
  pending: round.pending.slice(1),
  reading: { ...round.reading, ...answer },
});

/**
 * The requests without one that the meter refuses: its values are asked for one by one, and one
 * that is refused alone is given up. One address that does not exist must not hide its neighbours.
 */
export const withoutRefused = (
  reads: readonly PlannedRead[],
  refused: PlannedRead,
  planOne: (quantity: Quantity) => readonly PlannedRead[],
): readonly PlannedRead[] =>
  reads.flatMap((read) => {
    if (read !== refused) return read;
    return read.quantities.length > 1 ? read.quantities.flatMap(planOne) : [];
  });
