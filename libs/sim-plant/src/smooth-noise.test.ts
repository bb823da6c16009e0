import { seededRandom } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { smoothNoise } from "./smooth-noise.ts";

const span = { shortestMs: 20_000, longestMs: 900_000 };

test.each([1, 2, 3])("noise of seed %i has deviation 1 and never leaves 4", (seed) => {
  const noise = smoothNoise(seededRandom(seed), span);
  const values = Array.from({ length: 86_400 }, (_, second) => noise.at(second * 1_000));
  const meanOf = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const mean = meanOf(values);
  expect(Math.abs(mean)).toBeLessThan(0.05);
  expect(Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)))).toBeCloseTo(1, 1);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(4);
});

test("the area is the sum of what was seen", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1_000, max: 100_000 }), (seed, untilMs) => {
      const noise = smoothNoise(seededRandom(seed), span);
      const stepMs = untilMs / 2_000;
      let area = 0;
      for (let step = 0; step < 2_000; step += 1) area += noise.at((step + 0.5) * stepMs) * stepMs;
      expect(Math.abs(noise.areaUntil(untilMs) - area)).toBeLessThan(untilMs * 1e-4);
    }),
    { numRuns: 20 },
  );
});
