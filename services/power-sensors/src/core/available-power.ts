import { coverMs } from "./supply-law.ts";

/** One value for each second, the lowest in it: a minute of a busy sensor stays short. */
const secondMs = 1_000;
/** So many falls in a row are a trend; one step is an event, and the next one nobody knows. */
const fallsCount = 3;
/** Values that lie further apart say nothing about how fast something falls. */
const fallGapMaxMs = 15_000;
/** Less than this share of the present value in a second is noise. */
const fallMinRatioPerS = 0.005;

interface Second {
  readonly monoMs: number;
  readonly lowestKw: number;
}

/** What one supply could give, over the last minute. */
export interface AvailableTrack {
  readonly seconds: readonly Second[];
  readonly latestKw: number | undefined;
  readonly latestMonoMs: number;
}

export const unheardSupply: AvailableTrack = {
  seconds: [],
  latestKw: undefined,
  latestMonoMs: Number.NEGATIVE_INFINITY,
};

export function addAvailable(
  track: AvailableTrack,
  availableKw: number,
  measuredMonoMs: number,
): AvailableTrack {
  if (measuredMonoMs <= track.latestMonoMs) return track;
  const kw = Math.max(0, availableKw);
  const last = track.seconds.at(-1);
  const isSameSecond = last !== undefined && measuredMonoMs - last.monoMs < secondMs;
  const kept = track.seconds.filter(({ monoMs }) => measuredMonoMs - monoMs <= coverMs);
  const seconds = isSameSecond
    ? [...kept.slice(0, -1), { monoMs: last.monoMs, lowestKw: Math.min(last.lowestKw, kw) }]
    : [...kept, { monoMs: measuredMonoMs, lowestKw: kw }];
  return { seconds, latestKw: kw, latestMonoMs: measuredMonoMs };
}

/** The lowest of the last minute; undefined before the first word. */
export function lowestKw({ seconds, latestKw }: AvailableTrack): number | undefined {
  if (latestKw === undefined) return undefined;
  return seconds.reduce((lowest, { lowestKw: kw }) => Math.min(lowest, kw), latestKw);
}

/** How fast it has been falling: the gentlest of the last falls; zero where one of them was none. */
export function fallKwPerS({ seconds, latestKw }: AvailableTrack): number {
  const recent = seconds.slice(-fallsCount - 1);
  if (recent.length <= fallsCount || latestKw === undefined) return 0;
  let gentlestKwPerS = Number.POSITIVE_INFINITY;
  let before = recent[0];
  for (const second of recent.slice(1)) {
    if (before === undefined || second.monoMs - before.monoMs > fallGapMaxMs) return 0;
    const fallKw = before.lowestKw - second.lowestKw;
    gentlestKwPerS = Math.min(gentlestKwPerS, (fallKw * 1_000) / (second.monoMs - before.monoMs));
    before = second;
  }
  return gentlestKwPerS < fallMinRatioPerS * latestKw ? 0 : gentlestKwPerS;
}
