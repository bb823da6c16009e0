import type { Random } from "@ballast/kernel";

const waitsMs = [500, 1_000, 2_000, 5_000] as const;
const jitterRatio = 0.2; // Several readers must not knock at a gateway in step.

/** How long to wait before the next attempt to connect, after so many that failed in a row. */
export function reconnectWaitMs(failedCount: number, random: Random): number {
  const waitMs = waitsMs[Math.min(failedCount, waitsMs.length) - 1] ?? waitsMs[0];
  return waitMs * (1 - jitterRatio + jitterRatio * random.next());
}
