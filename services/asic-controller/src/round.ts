import type { Cancel, Clock, Random } from "@ballast/kernel";

const tickMs = 250;

interface RoundOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly name: string;
  readonly periodMs: number;
  readonly indexes: readonly number[];
  readonly visit: (index: number) => void;
}

/**
 * Visits each index once per period, each at its own random moment, so that a thousand miners are
 * not asked in the same instant. One timer for all of them.
 */
export function startRound(options: RoundOptions): Cancel {
  const { clock, indexes, name, periodMs, random, visit } = options;
  const startedMonoMs = clock.monotonicMs();
  const stops = indexes
    .map((index) => ({ index, offsetMs: random.next() * periodMs }))
    .sort((left, right) => left.offsetMs - right.offsetMs);
  let cursor = 0;
  let lap = 0;
  return clock.every(Math.min(tickMs, periodMs), name, () => {
    const elapsedMs = clock.monotonicMs() - startedMonoMs;
    // After a stall nobody is visited twice: the round goes on from where time is now.
    lap = Math.max(lap, Math.floor(elapsedMs / periodMs) - 1);
    for (let visits = 0; visits < stops.length; visits += 1) {
      const stop = stops[cursor];
      if (stop === undefined || lap * periodMs + stop.offsetMs > elapsedMs) return;
      visit(stop.index);
      cursor += 1;
      if (cursor < stops.length) continue;
      cursor = 0;
      lap += 1;
    }
  });
}
