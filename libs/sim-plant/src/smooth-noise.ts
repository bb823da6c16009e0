import type { Random } from "@ballast/kernel";

/** Chance without steps: known at every instant, the same however often it is asked for. */
export interface SmoothNoise {
  /** Standard deviation 1, mean 0, never beyond 4. */
  at(offsetMs: number): number;
  /** The area under `at` from offset 0. */
  areaUntil(offsetMs: number): number;
}

/** Eight sines give the spread of a normal day: the recorded extremes are 4 standard deviations. */
const sineCount = 8;

/** A sum of sines whose periods are spread evenly, in octaves, over the given span. */
export function smoothNoise(
  random: Random,
  { shortestMs, longestMs }: { readonly shortestMs: number; readonly longestMs: number },
): SmoothNoise {
  const amplitude = Math.sqrt(2 / sineCount);
  const sines = Array.from({ length: sineCount }, (_, index) => {
    // A jitter of some per cent keeps two noises with the same span from beating together.
    const octave = (index + 0.3 * random.next()) / (sineCount - 0.7);
    const periodMs = shortestMs * (longestMs / shortestMs) ** octave;
    return { perMs: (2 * Math.PI) / periodMs, phase: 2 * Math.PI * random.next() };
  });
  // Plain loops: a simulated hour asks some hundred thousand times.
  const antiderivative = (offsetMs: number): number => {
    let sum = 0;
    for (const { perMs, phase } of sines) sum -= Math.cos(perMs * offsetMs + phase) / perMs;
    return sum;
  };
  const atStart = antiderivative(0);
  return {
    at: (offsetMs) => {
      let sum = 0;
      for (const { perMs, phase } of sines) sum += Math.sin(perMs * offsetMs + phase);
      return amplitude * sum;
    },
    areaUntil: (offsetMs) => amplitude * (antiderivative(offsetMs) - atStart),
  };
}
