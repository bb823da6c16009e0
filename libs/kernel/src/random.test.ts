import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { seededRandom } from "./random.ts";

const drawsOf = (seed: number): readonly number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 20 }, () => random.next());
};

test("the same seed draws the same numbers, another seed others", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (one, other) => {
      expect(drawsOf(one)).toEqual(drawsOf(one));
      if (one >>> 0 !== other >>> 0) expect(drawsOf(one)).not.toEqual(drawsOf(other));
    }),
  );
});

test("every draw lies in its range, and the mean in the middle", () => {
  const random = seededRandom(1);
  const draws = Array.from({ length: 20_000 }, () => random.next());
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws)).toBeLessThan(1);
  expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 1);
  const dice = Array.from({ length: 2_000 }, () => random.integer(1, 6));
  expect(new Set(dice)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
});

test("normal draws have mean 0 and deviation 1", () => {
  const random = seededRandom(2);
  const draws = Array.from({ length: 20_000 }, () => random.normal());
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
});

test("a fork is not moved by what its parent draws", () => {
  const one = seededRandom(3);
  const other = seededRandom(3);
  other.next();
  expect(one.fork("bus").next()).toBe(other.fork("bus").next());
  expect(one.fork("bus").next()).not.toBe(one.fork("plant").next());
});
