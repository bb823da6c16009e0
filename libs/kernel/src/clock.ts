/** Ends what it belongs to: a timer, a subscription. Safe to call twice. */
export type Cancel = () => void;

export interface Clock {
  /** A stopwatch, for ages, deadlines and ramps. Names end in `MonoMs`; stays in the process. */
  monotonicMs(): number;
  /** A calendar, for what people and databases read. Names end in `AtMs`, or are `atMs`. */
  wallMs(): number;
  /** Runs once after the delay, unless cancelled. */
  after(delayMs: number, name: string, run: () => void): Cancel;
  /**
   * Runs at a fixed period until cancelled. A run that is still busy when the next is due makes
   * that one be skipped, never queued up. The name shows up in reports about the clock.
   */
  every(periodMs: number, name: string, run: () => void | Promise<void>): Cancel;
  sleep(durationMs: number): Promise<void>;
}

type OneShot = (delayMs: number, name: string, run: () => void) => Cancel;

/** The periodic timer in terms of the one-shot one: real and virtual time share its rules. */
export function everyFrom(monotonicMs: () => number, after: OneShot): Clock["every"] {
  return (periodMs, name, run) => {
    let isCancelled = false;
    let isBusy = false;
    let dueMonoMs = monotonicMs() + periodMs;
    let cancelNext: Cancel = () => undefined;
    const settle = (): void => {
      isBusy = false;
    };
    const tick = (): void => {
      if (isCancelled) return;
      if (!isBusy) {
        const outcome = run();
        if (outcome !== undefined) {
          isBusy = true;
          // A rejection stays unhandled on purpose: a broken promise of ours ends the process.
          void outcome.finally(settle);
        }
      }
      const nowMonoMs = monotonicMs();
      dueMonoMs += periodMs;
      // After a stall the missed periods are dropped, and the grid of due times is kept.
      if (dueMonoMs <= nowMonoMs) {
        dueMonoMs += Math.ceil((nowMonoMs - dueMonoMs + 1e-9) / periodMs) * periodMs;
      }
      cancelNext = after(dueMonoMs - nowMonoMs, name, tick);
    };
    cancelNext = after(periodMs, name, tick);
    return () => {
      isCancelled = true;
      cancelNext();
    };
  };
}
