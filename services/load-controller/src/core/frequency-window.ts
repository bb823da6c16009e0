/** The good samples of one second, added up: any sampling rate costs the same. */
export interface Second {
  readonly second: number;
  readonly sumMilliHz: number;
  readonly count: number;
}
export type FrequencyWindow = readonly Second[];

/** Restoring looks at the mean of the last 10 s, never at a single sample. */
const meanSeconds = 10;
const slopeSecondsMin = 2;
const slopeSecondsMax = 4;

export const emptyWindow: FrequencyWindow = [];

export function addSample(
  window: FrequencyWindow,
  frequencyMilliHz: number,
  measuredMonoMs: number,
): FrequencyWindow {
  const second = Math.floor(measuredMonoMs / 1_000);
  const newest = window.at(-1);
  if (newest?.second === second) {
    const sumMilliHz = newest.sumMilliHz + frequencyMilliHz;
    return [...window.slice(0, -1), { second, sumMilliHz, count: newest.count + 1 }];
  }
  const oldest = window[0];
  const isOldestOver = oldest !== undefined && oldest.second <= second - meanSeconds;
  const kept = isOldestOver ? window.filter((past) => past.second > second - meanSeconds) : window;
  return [...kept, { second, sumMilliHz: frequencyMilliHz, count: 1 }];
}

/**
 * Whether the mean lies above the threshold. One that lies exactly on it does not: with a meter of
 * 0.1 Hz, half of the samples may then still be a step below.
 */
export function isMeanAbove(window: FrequencyWindow, thresholdMilliHz: number): boolean {
  let aboveMilliHz = 0;
  for (const { sumMilliHz, count } of window) aboveMilliHz += sumMilliHz - thresholdMilliHz * count;
  return aboveMilliHz > 0;
}

export function meanMilliHz(window: FrequencyWindow): number | undefined {
  let sumMilliHz = 0;
  let count = 0;
  for (const second of window) {
    sumMilliHz += second.sumMilliHz;
    count += second.count;
  }
  return count === 0 ? undefined : sumMilliHz / count;
}

/**
 * Slope over the last 2 s, from means of whole seconds; over up to 4 s for meters that are polled
 * more slowly. At 1 Hz it equals the least-squares slope of three samples.
 */
export function slopeMilliHzPerS(window: FrequencyWindow): number | undefined {
  const newest = window.at(-1);
  if (newest === undefined) return undefined;
  for (let index = window.length - 2; index >= 0; index -= 1) {
    const past = window[index];
    if (past === undefined) return undefined;
    const spanS = newest.second - past.second;
    if (spanS > slopeSecondsMax) return undefined;
    if (spanS >= slopeSecondsMin) {
      return (newest.sumMilliHz / newest.count - past.sumMilliHz / past.count) / spanS;
    }
  }
  return undefined;
}
