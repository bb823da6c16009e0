import type { Cancel, Clock } from "@ballast/kernel";

/** A clock whose timers all end together: what a service leaves behind cannot run on. */
export function scopedClock(clock: Clock): { readonly clock: Clock; readonly end: Cancel } {
  let hasEnded = false;
  const guarded = (run: () => void) => (): void => {
    if (!hasEnded) run();
  };
  return {
    clock: {
      monotonicMs: () => clock.monotonicMs(),
      wallMs: () => clock.wallMs(),
      after: (delayMs, name, run) => clock.after(delayMs, name, guarded(run)),
      every: (periodMs, name, run) => {
        const cancel = clock.every(periodMs, name, () => {
          if (hasEnded) return cancel();
          return run();
        });
        return cancel;
      },
      sleep: (durationMs) =>
        new Promise((wake) => {
          clock.after(durationMs, "sleep", guarded(wake));
        }),
    },
    end: () => {
      hasEnded = true;
    },
  };
}
