import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { policy } from "../../test/units.ts";
import { follow } from "./lost-target.ts";

const ratedW = 560_000;
const at = (nowMonoMs: number, targetW: number | undefined, lostFromW?: number) =>
  follow({ targetW, trueAtMonoMs: 0, lostFromW }, ratedW, nowMonoMs, policy);

test("a target is fresh for a second, holds for ten, and is then lost", () => {
  expect(at(1_000, 490_000)).toEqual({ targetW: 490_000, isFresh: true, isLost: false });
  expect(at(1_001, 490_000)).toEqual({ targetW: 490_000, isFresh: false, isLost: false });
  expect(at(10_000, 490_000)).toEqual({ targetW: 490_000, isFresh: false, isLost: false });
  expect(at(10_001, 490_000, 490_000)).toEqual({ targetW: 420_000, isFresh: false, isLost: true });
  expect(at(15_001, 490_000, 490_000).targetW).toBe(350_000);
});

test("the steps begin at what runs, not at what would be allowed", () => {
  expect(at(10_001, ratedW, 140_000).targetW).toBe(70_000);
});

test("before the first target nothing is demanded, and nothing is fresh", () => {
  expect(at(500, undefined)).toEqual({ targetW: Infinity, isFresh: false, isLost: false });
});

test("without a target the load never rises, and is off within 10 s and eight steps", () => {
  const anyTarget = fc.option(fc.integer({ min: 0, max: ratedW }), { nil: undefined });
  const anyMonoMs = fc.integer({ min: 10_001, max: 200_000 });
  fc.assert(
    fc.property(anyTarget, anyMonoMs, anyMonoMs, (targetW, oneMonoMs, otherMonoMs) => {
      const earlier = at(Math.min(oneMonoMs, otherMonoMs), targetW, ratedW);
      const later = at(Math.max(oneMonoMs, otherMonoMs), targetW, ratedW);
      expect(later.targetW).toBeLessThanOrEqual(earlier.targetW);
      expect(at(45_001, targetW, ratedW).targetW).toBe(0);
    }),
  );
});
