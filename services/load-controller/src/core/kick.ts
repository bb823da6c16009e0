import type { KickLaw, Law } from "./law.ts";

/** Time and frequency of the latest samples in turn, oldest first. */
export type KickSamples = readonly number[];

export const noKickSamples: KickSamples = [];

/** How far ahead the slope is followed to look up the stage. */
const leadS = 3;

/** Steps: three samples about a second apart, so that a lone jump never counts as a slope. */
const stepMinMs = 600;
const stepsSpanMaxMs = 2_200;
const stepMilliHzPerS = -20;

/** Windows: two of half a second, one after the other. A phase jump bends only one of them. */
const windowMs = 500;
const windowSpanMinMs = 350;
const windowSampleCountMin = 3;
/** 1 s at 50 Hz; a faster stream loses its oldest samples, and with them the kick, not memory. */
const windowNumbersMax = 104;

export interface Kick {
  readonly samples: KickSamples;
  /** Stages to shed ahead of confirmation; 0 for none. */
  readonly stage: number;
  readonly slopeMilliHzPerS: number | undefined;
}

/** Looks at one more good sample: is frequency falling so fast that waiting would be wrong? */
export function addToKick(
  before: KickSamples,
  frequencyMilliHz: number,
  measuredMonoMs: number,
  law: Law,
): Kick {
  const { kick } = law;
  if (kick.kind === "off") return { samples: before, stage: 0, slopeMilliHzPerS: undefined };
  if (kick.kind === "steps" && measuredMonoMs - (before.at(-2) ?? -Infinity) < stepMinMs) {
    return { samples: before, stage: 0, slopeMilliHzPerS: undefined };
  }
  const samples = [...recent(before, measuredMonoMs, kick.kind), measuredMonoMs, frequencyMilliHz];
  if (frequencyMilliHz > kick.ceilingMilliHz) {
    return { samples, stage: 0, slopeMilliHzPerS: undefined };
  }
  const slopes = kick.kind === "steps" ? slopeOfSteps(samples) : slopeOfWindows(samples, kick);
  if (slopes === undefined || slopes > kick.slopeMilliHzPerS) {
    return { samples, stage: 0, slopeMilliHzPerS: slopes };
  }
  const aheadMilliHz = frequencyMilliHz + slopes * leadS;
  const reached = law.stages.filter(({ thresholdMilliHz }) => aheadMilliHz <= thresholdMilliHz);
  const stage = Math.min(reached.length, kick.stageCountMax);
  return { samples, stage, slopeMilliHzPerS: slopes };
}

function recent(samples: KickSamples, nowMonoMs: number, kind: "steps" | "windows"): KickSamples {
  if (kind === "steps") return samples.slice(-4);
  let first = Math.max(0, samples.length - windowNumbersMax);
  while (first < samples.length && nowMonoMs - (samples[first] ?? nowMonoMs) > 2 * windowMs) {
    first += 2;
  }
  return first === 0 ? samples : samples.slice(first);
}

/** The slope of three samples, where both steps between them clearly fall. */
function slopeOfSteps(samples: KickSamples): number | undefined {
  const [aMs, aMilliHz, bMs, bMilliHz, cMs, cMilliHz] = samples;
  if (aMs === undefined || aMilliHz === undefined || bMs === undefined) return undefined;
  if (bMilliHz === undefined || cMs === undefined || cMilliHz === undefined) return undefined;
  if (cMs - aMs > stepsSpanMaxMs) return undefined;
  const isFalling =
    (bMilliHz - aMilliHz) * 1_000 <= stepMilliHzPerS * (bMs - aMs) &&
    (cMilliHz - bMilliHz) * 1_000 <= stepMilliHzPerS * (cMs - bMs);
  return isFalling ? leastSquares(samples, 0, samples.length) : undefined;
}

/** The gentler slope of the two windows: both have to be steep. */
function slopeOfWindows(
  samples: KickSamples,
  { slopeMilliHzPerS }: Extract<KickLaw, { kind: "steps" | "windows" }>,
): number | undefined {
  const newestMonoMs = samples.at(-2) ?? 0;
  let split = samples.length;
  while (split > 0 && newestMonoMs - (samples[split - 2] ?? 0) <= windowMs) split -= 2;
  const newer = slopeOfWindow(samples, split, samples.length);
  if (newer === undefined || newer > slopeMilliHzPerS) return newer;
  const older = slopeOfWindow(samples, 0, split);
  return older === undefined ? undefined : Math.max(newer, older);
}

function slopeOfWindow(samples: KickSamples, from: number, to: number): number | undefined {
  if (to - from < 2 * windowSampleCountMin) return undefined;
  if ((samples[to - 2] ?? 0) - (samples[from] ?? 0) < windowSpanMinMs) return undefined;
  return leastSquares(samples, from, to);
}

/** In integers up to the last division, so that -0.10 Hz/s is met exactly. */
function leastSquares(samples: KickSamples, from: number, to: number): number {
  const originMs = samples[from] ?? 0;
  const originMilliHz = samples[from + 1] ?? 0;
  let sumMs = 0;
  let sumMilliHz = 0;
  let sumSquares = 0;
  let sumProducts = 0;
  for (let index = from; index < to; index += 2) {
    const ms = (samples[index] ?? 0) - originMs;
    const milliHz = (samples[index + 1] ?? 0) - originMilliHz;
    sumMs += ms;
    sumMilliHz += milliHz;
    sumSquares += ms * ms;
    sumProducts += ms * milliHz;
  }
  const count = (to - from) / 2;
  const spread = count * sumSquares - sumMs * sumMs;
  return ((count * sumProducts - sumMs * sumMilliHz) * 1_000) / spread;
}
