import { type Spread, spreadOf } from "./percentiles.ts";

/** Instants of one shed, all on the machine's stopwatch. */
export interface ShedTrace {
  /** The meter's frequency register changed. */
  readonly registerMonoMs: number;
  /** Frequency samples, as they were published. */
  readonly samplesMonoMs: readonly number[];
  readonly targets: readonly { readonly atMonoMs: number; readonly targetKw: number }[];
  /** The first stop command that reached each miner. */
  readonly stopsMonoMs: readonly number[];
}

export const stageNames = ["meter", "decide", "allocate", "send"] as const;
export type StageName = (typeof stageNames)[number];

/** Where the time of one shed went. The four stages add up to the total. */
export interface ShedTimes extends Readonly<Record<StageName, number>> {
  readonly totalMs: number;
}

/**
 * - meter: from the register to the publication of the sample that completed the decision
 * - decide: from there until the target that stops everybody was published
 * - allocate: from there until the first stop reached its miner
 * - send: from there until the last one did
 *
 * Undefined where the trace has a hole: then the shed does not count as done.
 */
export function shedTimes(trace: ShedTrace, minerCount: number): ShedTimes | undefined {
  const { registerMonoMs, samplesMonoMs, stopsMonoMs, targets } = trace;
  if (stopsMonoMs.length < minerCount) return undefined;
  const targetMonoMs = targets.find(
    ({ atMonoMs, targetKw }) => atMonoMs >= registerMonoMs && targetKw <= 0,
  )?.atMonoMs;
  if (targetMonoMs === undefined) return undefined;
  const sampleMonoMs = samplesMonoMs.findLast(
    (atMonoMs) => atMonoMs >= registerMonoMs && atMonoMs <= targetMonoMs,
  );
  if (sampleMonoMs === undefined) return undefined;
  const lastMonoMs = Math.max(...stopsMonoMs);
  const firstMonoMs = Math.min(...stopsMonoMs.filter((atMonoMs) => atMonoMs >= targetMonoMs));
  if (!Number.isFinite(firstMonoMs)) return undefined;
  return {
    totalMs: lastMonoMs - registerMonoMs,
    meter: sampleMonoMs - registerMonoMs,
    decide: targetMonoMs - sampleMonoMs,
    allocate: firstMonoMs - targetMonoMs,
    send: lastMonoMs - firstMonoMs,
  };
}

export const stageSpreads = (times: readonly ShedTimes[]): Readonly<Record<StageName, Spread>> => ({
  meter: spreadOf(times.map(({ meter }) => meter)),
  decide: spreadOf(times.map(({ decide }) => decide)),
  allocate: spreadOf(times.map(({ allocate }) => allocate)),
  send: spreadOf(times.map(({ send }) => send)),
});
