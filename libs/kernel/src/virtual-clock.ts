import { assert } from "./assert.ts";
import { type Clock, everyFrom } from "./clock.ts";

interface Timer {
  readonly dueMonoMs: number;
  readonly order: number; // Timers that are due together run in the order they were set.
  readonly run: () => void;
  isCancelled: boolean;
}

/** A clock that stands still until `advance` moves it, and then keeps every appointment in order. */
export interface VirtualClock extends Clock {
  /** Moves time on and runs what falls due, letting promises settle after each timer. */
  advance(durationMs: number): Promise<void>;
  /** Sets the calendar forward or back, as a time server does. The stopwatch never notices. */
  stepWall(byMs: number): void;
}

const isBefore = (left: Timer, right: Timer): boolean =>
  left.dueMonoMs < right.dueMonoMs ||
  (left.dueMonoMs === right.dueMonoMs && left.order < right.order);

/** A binary heap: a site-hour is some million timers. */
class TimerHeap {
  readonly #timers: Timer[] = [];

  /** The first timer that is due by then and was not cancelled. */
  popDue(untilMonoMs: number): Timer | undefined {
    for (let first = this.#timers[0]; first !== undefined; first = this.#timers[0]) {
      if (first.dueMonoMs > untilMonoMs) return undefined;
      this.#pop();
      if (!first.isCancelled) return first;
    }
    return undefined;
  }

  push(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.push(timer) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = timers[parentIndex];
      if (parent === undefined || isBefore(parent, timer)) break;
      timers[index] = parent;
      index = parentIndex;
    }
    timers[index] = timer;
  }

  #pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = timers[leftIndex];
      if (left === undefined) break;
      const right = timers[leftIndex + 1];
      const isRightFirst = right !== undefined && isBefore(right, left);
      const child = isRightFirst ? right : left;
      if (isBefore(last, child)) break;
      timers[index] = child;
      index = isRightFirst ? leftIndex + 1 : leftIndex;
    }
    timers[index] = last;
  }
}

/** Turns in one round of the event loop. Each round asks the system for news, which costs a call. */
const turnsPerRound = 32;

/**
 * Takes turns until one says that it was the last. Every promise that can settle without a timer
 * has settled before the next turn: Node sees to that between any two immediates of a round.
 */
function takeTurns(turn: () => "more" | "last"): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const takeOne = (): void => {
      if (isOver) return;
      try {
        isOver = turn() === "last";
      } catch (error) {
        isOver = true;
        reject(error);
      }
      if (isOver) resolve();
    };
    const takeRound = (): void => {
      for (let count = 1; count < turnsPerRound; count += 1) setImmediate(takeOne);
      setImmediate(() => {
        takeOne();
        if (!isOver) takeRound();
      });
    };
    takeRound();
  });
}

export function virtualClock(options: { readonly startAtMs?: number } = {}): VirtualClock {
  const timers = new TimerHeap();
  let nowMonoMs = 0;
  let wallOffsetMs = options.startAtMs ?? Date.UTC(2026, 0, 1);
  let order = 0;
  const monotonicMs = (): number => nowMonoMs;
  const after: Clock["after"] = (delayMs, name, run) => {
    assert(Number.isFinite(delayMs), `timer ${name} needs a finite delay`);
    order += 1;
    const timer = { dueMonoMs: nowMonoMs + Math.max(0, delayMs), order, run, isCancelled: false };
    timers.push(timer);
    return () => {
      timer.isCancelled = true;
    };
  };
  return {
    monotonicMs,
    wallMs: () => Math.round(wallOffsetMs + nowMonoMs),
    after,
    every: everyFrom(monotonicMs, after),
    sleep: (durationMs) => new Promise((wake) => after(durationMs, "sleep", wake)),
    stepWall: (byMs) => {
      wallOffsetMs += byMs;
    },
    async advance(durationMs) {
      const untilMonoMs = nowMonoMs + durationMs;
      await takeTurns(() => {
        const timer = timers.popDue(untilMonoMs);
        if (timer === undefined) return "last";
        nowMonoMs = timer.dueMonoMs;
        timer.run();
        return "more";
      });
      nowMonoMs = untilMonoMs;
    },
  };
}
