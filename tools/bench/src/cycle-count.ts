export interface CycleTotals {
  readonly countedCount: number;
  readonly seenCount: number;
  readonly lostCount: number;
  readonly doubledCount: number;
}

/** Miner by miner: one that is counted too often must not make up for one that was forgotten. */
export function compareCycles(
  counted: ReadonlyMap<string, number>,
  seen: ReadonlyMap<string, number>,
): CycleTotals {
  const totals = { countedCount: 0, seenCount: 0, lostCount: 0, doubledCount: 0 };
  for (const minerId of new Set([...counted.keys(), ...seen.keys()])) {
    const countedCount = counted.get(minerId) ?? 0;
    const seenCount = seen.get(minerId) ?? 0;
    totals.countedCount += countedCount;
    totals.seenCount += seenCount;
    totals.lostCount += Math.max(0, seenCount - countedCount);
    totals.doubledCount += Math.max(0, countedCount - seenCount);
  }
  return totals;
}

/** A life of the controller that began with a restart. */
export interface Restart {
  readonly startedMonoMs: number;
  /** When it had heard of every miner; undefined where it never got that far. */
  readonly readBackMonoMs: number | undefined;
}

const quietAfterStartMs = 60_000;

/** Wakes that no restart may bring: too soon after it, or before all miners were read back. */
export function wakesOfRestarts(
  wakesMonoMs: readonly number[],
  restarts: readonly Restart[],
): number {
  return wakesMonoMs.filter((atMonoMs) => {
    const life = restarts.findLast(({ startedMonoMs }) => startedMonoMs <= atMonoMs);
    if (life === undefined) return false;
    const readBackMonoMs = life.readBackMonoMs ?? Number.POSITIVE_INFINITY;
    return atMonoMs < Math.max(life.startedMonoMs + quietAfterStartMs, readBackMonoMs);
  }).length;
}
