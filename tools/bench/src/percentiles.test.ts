import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { percentile, spreadOf } from "./percentiles.ts";

const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
const ascending = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);

test("of one to a hundred, a percentile is its own number", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([
    50, 95, 99, 100,
  ]);
});

test("of twenty, the 95th is the 19th", () => {
  const twenty = Array.from({ length: 20 }, (_, index) => index + 1);
  expect(percentile(twenty, 0.95)).toBe(19);
});

test("nothing measured has no percentile", () => {
  expect(percentile([], 0.5)).toBeUndefined();
  expect(spreadOf([])).toEqual({
    p50Ms: undefined,
    p95Ms: undefined,
    p99Ms: undefined,
    maxMs: undefined,
  });
});

test("the order of the values does not matter, and tenths are told", () => {
  expect(spreadOf([30.04, 10, 20.26])).toEqual({
    p50Ms: 20.3,
    p95Ms: 30,
    p99Ms: 30,
    maxMs: 30,
  });
});

test("at least that share of the values lies at or below, and fewer lie below", () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
      const found = percentile(ascending(list), percent / 100) ?? Number.NaN;
      const atOrBelowCount = list.filter((value) => value <= found).length;
      const belowCount = list.filter((value) => value < found).length;
      expect(list).toContain(found);
      expect(atOrBelowCount * 100).toBeGreaterThanOrEqual(percent * list.length);
      expect(belowCount * 100).toBeLessThan(percent * list.length);
    }),
  );
});
