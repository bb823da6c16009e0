import type { GridEventSamplesRecord, SampleSeries } from "../records.ts";

export interface CurvePoint {
  readonly atMs: number;
  readonly value: number;
}
export type Curve = readonly CurvePoint[];

/** One curve out of its records, in the order of time, each instant once. */
export function curveOf(records: readonly GridEventSamplesRecord[], series: SampleSeries): Curve {
  const points = records
    .filter((record) => record.series === series)
    .flatMap(({ atMs, offsetsMs, values, areGood }) =>
      values.flatMap((value, index) =>
        areGood?.[index] === false ? [] : [{ atMs: atMs + (offsetsMs[index] ?? 0), value }],
      ),
    )
    .sort((left, right) => left.atMs - right.atMs);
  return points.filter(({ atMs }, index) => atMs !== points[index - 1]?.atMs);
}

/** The last point at or before an instant. */
export const pointAt = (curve: Curve, atMs: number): CurvePoint | undefined =>
  curve.findLast((point) => point.atMs <= atMs);

export const between = (curve: Curve, fromAtMs: number, untilAtMs: number): Curve =>
  curve.filter(({ atMs }) => fromAtMs <= atMs && atMs <= untilAtMs);

export const lowestOf = (curve: Curve): CurvePoint | undefined =>
  curve.reduce<CurvePoint | undefined>(
    (lowest, point) => (lowest === undefined || point.value < lowest.value ? point : lowest),
    undefined,
  );

export function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];
}

/**
 * When something was reached, as well as the samples can tell: after the one that had not reached it,
 * and no later than the first that had. All in ms from a zero that whoever asks has chosen.
 */
export interface Crossing {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/**
 * The first time at or after `fromAtMs` that a curve fulfils a condition. A step curve has a point at
 * each change, so that there the time is known exactly.
 */
export function firstCrossing(
  curve: Curve,
  fromAtMs: number,
  isReached: (value: number) => boolean,
  isStep = false,
): Crossing | undefined {
  const index = curve.findIndex(({ atMs, value }) => atMs >= fromAtMs && isReached(value));
  const reached = curve[index];
  if (reached === undefined) return undefined;
  const before = isStep ? reached : curve[index - 1];
  const earliestAtMs = Math.max(fromAtMs, before?.atMs ?? fromAtMs);
  return { earliestMs: earliestAtMs - fromAtMs, latestMs: reached.atMs - fromAtMs };
}
