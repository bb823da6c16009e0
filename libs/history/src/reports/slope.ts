interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** Fewer tell no slope: two always lie on a line, however wrong one of them is. */
const pointsMin = 3;
/** Points that fill less of the window than this would make it another, shorter window. */
const filledMinRatio = 0.75;

/** Least-squares slope in units a second; undefined where the points do not fill the window. */
export function slopePerS(points: readonly Point[], windowMs: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < pointsMin) return undefined;
  if (last.atMs - first.atMs < windowMs * filledMinRatio) return undefined;
  const meanS = mean(points.map(({ atMs }) => (atMs - first.atMs) / 1_000));
  const meanValue = mean(points.map(({ value }) => value));
  let productSum = 0;
  let squareSum = 0;
  for (const { atMs, value } of points) {
    const offsetS = (atMs - first.atMs) / 1_000 - meanS;
    productSum += offsetS * (value - meanValue);
    squareSum += offsetS * offsetS;
  }
  return productSum / squareSum;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
