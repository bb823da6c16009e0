import { assert, realClock } from "@ballast/kernel";

const pollMs = 25;
const waitMaxMs = 60_000;

/** For real servers and processes, which take the time they take. */
export async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  const clock = realClock();
  const untilMonoMs = clock.monotonicMs() + waitMaxMs;
  while (!(await holds())) {
    assert(clock.monotonicMs() < untilMonoMs, `it happens within ${waitMaxMs / 1_000} s`);
    await clock.sleep(pollMs);
  }
}
