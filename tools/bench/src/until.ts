import type { Clock } from "@ballast/kernel";

interface Patience {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly everyMs: number;
}

/** Looks again and again; false when it did not come true in time. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  { clock, deadlineMs, everyMs }: Patience,
): Promise<boolean> {
  const endMonoMs = clock.monotonicMs() + deadlineMs;
  while (!(await isTrue())) {
    if (clock.monotonicMs() >= endMonoMs) return false;
    await clock.sleep(everyMs);
  }
  return true;
}
