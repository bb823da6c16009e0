/** How a duration was spread over the events; undefined where not one event completed. */
export interface Spread {
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly maxMs: number | undefined;
}

export function spreadOf(valuesMs: readonly number[]): Spread {
  const sorted = [...valuesMs].sort((left, right) => left - right);
  const at = (share: number): number | undefined => {
    const value = percentile(sorted, share);
    return value === undefined ? undefined : Math.round(value * 10) / 10;
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}

/** The nearest rank: a value that was measured, never one between two. Expects ascending order. */
export function percentile(ascending: readonly number[], share: number): number | undefined {
  // Binary fractions: 0.95 · 20 must be the 19th, not the 20th.
  const rank = Math.ceil(share * ascending.length - 1e-9);
  return ascending[Math.max(1, rank) - 1];
}
