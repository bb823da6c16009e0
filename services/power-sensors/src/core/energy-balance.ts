/** The meters disagree when they differ by more than both of these, for long enough. */
export interface BalanceLaw {
  readonly toleranceRatio: number;
  readonly toleranceKw: number;
  readonly lastsMs: number;
}

export interface FeederReading {
  readonly sensorId: string;
  readonly measuredKw: number;
  /** What its miners were told to draw; undefined where nobody says. */
  readonly expectedKw: number | undefined;
}

/** One moment at the site's meters; only where all of them are fresh. */
export interface BalancePicture {
  readonly nowMonoMs: number;
  readonly siteSensorIds: readonly string[];
  readonly siteKw: number;
  readonly feeders: readonly FeederReading[];
  /** What is measured or known of the rest. Undefined: the rest is not metered, and may be anything above nothing. */
  readonly otherKw: number | undefined;
}

export interface BalanceTrack {
  readonly sinceMonoMs: number | undefined;
}

export interface BalanceVerdict {
  readonly track: BalanceTrack;
  /** What the site's meter shows beyond the sum of the others. */
  readonly differenceKw: number;
  readonly isDisagreed: boolean;
  /** The sensors whose error would explain most; undefined where nothing points at one. */
  readonly suspectIds: readonly string[];
}

export const balanced: BalanceTrack = { sinceMonoMs: undefined };

/** Holds the feeders, and what else is metered, against the site's own meter. */
export function watchBalance(
  before: BalanceTrack,
  picture: BalancePicture,
  law: BalanceLaw,
): BalanceVerdict {
  const { nowMonoMs, siteKw, feeders, otherKw } = picture;
  const sumKw = feeders.reduce((sum, { measuredKw }) => sum + measuredKw, otherKw ?? 0);
  const differenceKw = siteKw - sumKw;
  const largerKw = Math.max(Math.abs(siteKw), Math.abs(sumKw));
  const isOff =
    Math.abs(differenceKw) > Math.max(law.toleranceRatio * largerKw, law.toleranceKw) &&
    (otherKw !== undefined || differenceKw < 0);
  const sinceMonoMs = isOff ? (before.sinceMonoMs ?? nowMonoMs) : undefined;
  const isDisagreed = sinceMonoMs !== undefined && nowMonoMs - sinceMonoMs >= law.lastsMs;
  return {
    track: { sinceMonoMs },
    differenceKw,
    isDisagreed,
    suspectIds: isOff ? suspectsOf(picture, differenceKw) : [],
  };
}

interface Suspicion {
  readonly ids: readonly string[];
  /** How much stays unexplained if this one alone is wrong. */
  readonly restKw: number;
}

/**
 * If one feeder's sensor is wrong, it is off from what its miners were told by just the difference,
 * and all others are not. If the site's meter is wrong, every feeder is where it should be.
 */
function suspectsOf(
  { feeders, siteSensorIds }: BalancePicture,
  differenceKw: number,
): readonly string[] {
  const known = feeders.flatMap(({ sensorId, measuredKw, expectedKw }) =>
    expectedKw === undefined ? [] : [{ sensorId, offKw: measuredKw - expectedKw }],
  );
  if (known.length === 0) return [];
  const offTotalKw = known.reduce((sum, { offKw }) => sum + Math.abs(offKw), 0);
  let worst: Suspicion = { ids: siteSensorIds, restKw: offTotalKw };
  for (const { sensorId, offKw } of known) {
    const restKw = offTotalKw - Math.abs(offKw) + Math.abs(offKw + differenceKw);
    if (restKw < worst.restKw) worst = { ids: [sensorId], restKw };
  }
  return worst.ids;
}
