import type { Law } from "./law.ts";

/**
 * Since when the good samples in a row lie at or below each threshold. Thresholds fall from stage
 * to stage, so the stages reached are always the first ones: the length says how many.
 */
export type StageRuns = readonly number[];

export const noRuns: StageRuns = [];

export function addToRuns(
  runs: StageRuns,
  frequencyMilliHz: number,
  measuredMonoMs: number,
  { stages }: Law,
): StageRuns {
  let reachedCount = 0;
  for (const { thresholdMilliHz } of stages) {
    if (frequencyMilliHz > thresholdMilliHz) break;
    reachedCount += 1;
  }
  if (reachedCount === 0) return noRuns;
  if (reachedCount === runs.length) return runs;
  if (reachedCount < runs.length) return runs.slice(0, reachedCount);
  return [...runs, ...Array<number>(reachedCount - runs.length).fill(measuredMonoMs)];
}

/**
 * The highest stage that two good samples have confirmed. A poll may come early by a tenth of its
 * period: without that tolerance a meter's jitter would cost a whole further period.
 */
export function confirmedStage(runs: StageRuns, newestMonoMs: number, { confirmMs }: Law): number {
  const beganAtMost = newestMonoMs - confirmMs * 0.9;
  let stage = 0;
  for (const sinceMonoMs of runs) {
    if (sinceMonoMs > beganAtMost) break;
    stage += 1;
  }
  return stage;
}
