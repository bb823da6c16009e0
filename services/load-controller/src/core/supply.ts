import type { NamedCap } from "./caps.ts";
import { type Law, lostAfterMs } from "./law.ts";
import type { Picture } from "./picture.ts";

/** Unheard, the supply's word loses this share of its last value in a minute. */
const decayRatioPerMinute = 0.1;

interface Before {
  readonly startedMonoMs: number;
  readonly targetW: number | undefined;
}

/**
 * What the supply allows. A word that grows old is worth less and less, and allows no raise. Never
 * heard it allows nothing; only a start waits a moment for it, as for the fleet, and raises nothing.
 */
export function supplyCaps(
  { startedMonoMs, targetW }: Before,
  { nowMonoMs, supply }: Picture,
  law: Law,
): readonly NamedCap[] {
  if (law.supply === undefined) return [];
  const present: readonly NamedCap[] =
    targetW === undefined ? [] : [{ name: "supply", capW: targetW }];
  if (supply === undefined) {
    const isAwaited = nowMonoMs - startedMonoMs < lostAfterMs;
    return isAwaited ? present : [{ name: "supply", capW: 0 }];
  }
  const staleMs = nowMonoMs - supply.trueAtMonoMs - law.supply.freshMs;
  if (staleMs <= 0) return [{ name: "supply", capW: supply.capW }];
  const leftRatio = Math.max(0, 1 - (decayRatioPerMinute * staleMs) / 60_000);
  return [...present, { name: "supply", capW: Math.floor(supply.capW * leftRatio) }];
}
