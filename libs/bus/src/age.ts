import type { Clock } from "@ballast/kernel";

export interface Stamped {
  readonly receivedMonoMs: number;
  readonly payload: { readonly atMs: number };
}

/**
 * The worse of two witnesses: our stopwatch since arrival, their calendar since measurement.
 * A retained message arrives the moment we subscribe, however old it is; only `atMs` gives it away.
 */
export function ageMs(message: Stamped, clock: Clock): number {
  const sinceArrivalMs = clock.monotonicMs() - message.receivedMonoMs;
  const sinceMeasuredMs = clock.wallMs() - message.payload.atMs;
  return Math.max(sinceArrivalMs, sinceMeasuredMs);
}

/** Whether its topic still lets readers believe it. */
export const isFresh = (
  message: Stamped,
  { maxAgeMs }: { readonly maxAgeMs: number | undefined },
  clock: Clock,
): boolean => maxAgeMs === undefined || ageMs(message, clock) <= maxAgeMs;
