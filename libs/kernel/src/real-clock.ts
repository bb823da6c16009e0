import { type Clock, everyFrom } from "./clock.ts";

/**
 * The clock of the machine. `speed` above 1 lets a demonstration run faster than life; every
 * duration, also a network deadline, then shrinks by that factor.
 */
export function realClock(speed = 1): Clock {
  const startedWallMs = Date.now();
  const startedMonoMs = performance.now();
  const elapsedMs = (): number => (performance.now() - startedMonoMs) * speed;
  const monotonicMs = elapsedMs;
  const after: Clock["after"] = (delayMs, _name, run) => {
    const timer = setTimeout(run, Math.max(0, delayMs / speed));
    return () => clearTimeout(timer);
  };
  return {
    monotonicMs,
    wallMs: () => (speed === 1 ? Date.now() : Math.round(startedWallMs + elapsedMs())),
    after,
    every: everyFrom(monotonicMs, after),
    sleep: (durationMs) => new Promise((wake) => setTimeout(wake, durationMs / speed)),
  };
}
