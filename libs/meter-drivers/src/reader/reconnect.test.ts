import { seededRandom } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { reconnectWaitMs } from "./reconnect.ts";

test.each([
  { failedCount: 1, fullMs: 500 },
  { failedCount: 2, fullMs: 1_000 },
  { failedCount: 3, fullMs: 2_000 },
  { failedCount: 4, fullMs: 5_000 },
  { failedCount: 5, fullMs: 5_000 },
  { failedCount: 1_000, fullMs: 5_000 },
])("after $failedCount failures it waits up to $fullMs ms", ({ failedCount, fullMs }) => {
  const random = seededRandom(failedCount);
  const waits = Array.from({ length: 200 }, () => reconnectWaitMs(failedCount, random));
  expect(Math.max(...waits)).toBeLessThanOrEqual(fullMs);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(fullMs * 0.8);
  expect(new Set(waits).size).toBeGreaterThan(100); // Two readers do not knock in step.
});
