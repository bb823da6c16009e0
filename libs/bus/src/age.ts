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
