/** How often a miner was stopped in its life, and when last. */
export interface Wear {
  readonly cyclesCount: number;
  readonly lastOffAtMs: number | undefined;
  /** Stops on the UTC day of `lastOffAtMs`. */
  readonly dayCyclesCount: number;
}

const dayMs = 86_400_000;
export const dayOf = (atMs: number): number => Math.floor(atMs / dayMs);

/** A miner that is new on site starts where the others stand, so it is not worn out to catch up. */
export const newWear = (cyclesCount: number): Wear => ({
  cyclesCount,
  lastOffAtMs: undefined,
  dayCyclesCount: 0,
});

export const dayCyclesOf = (wear: Wear, atMs: number): number =>
  wear.lastOffAtMs !== undefined && dayOf(wear.lastOffAtMs) === dayOf(atMs)
    ? wear.dayCyclesCount
    : 0;

/** A running miner is told to stop: one cycle more. */
export const afterStop = (wear: Wear, atMs: number): Wear => ({
  cyclesCount: wear.cyclesCount + 1,
  lastOffAtMs: atMs,
  dayCyclesCount: dayCyclesOf(wear, atMs) + 1,
});

/** It rests from now on without having run: a wake that had no effect, or one taken over. */
export const afterRest = (wear: Wear, atMs: number): Wear => ({
  cyclesCount: wear.cyclesCount,
  lastOffAtMs: atMs,
  dayCyclesCount: dayCyclesOf(wear, atMs),
});

/** The lower median: whole, and held by at least one of them. Zero for an empty fleet. */
export function medianCyclesCount(wears: readonly Wear[]): number {
  const counts = wears.map(({ cyclesCount }) => cyclesCount).sort((a, b) => a - b);
  return counts[Math.floor((counts.length - 1) / 2)] ?? 0;
}
