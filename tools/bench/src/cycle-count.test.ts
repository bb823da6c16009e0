import { expect, test } from "@jest/globals";
import { compareCycles, wakesOfRestarts } from "./cycle-count.ts";

test("one miner's doubled cycle does not hide another one's lost one", () => {
  const counted = new Map([
    ["m1", 3],
    ["m2", 1],
    ["m3", 1],
  ]);
  const seen = new Map([
    ["m1", 2],
    ["m2", 2],
    ["m4", 1],
  ]);
  expect(compareCycles(counted, seen)).toEqual({
    countedCount: 5,
    seenCount: 5,
    lostCount: 2,
    doubledCount: 2,
  });
});

test.each([
  { what: "before any restart", atMonoMs: 900, count: 0 },
  { what: "soon after one", atMonoMs: 60_999, count: 1 },
  { what: "a minute after one", atMonoMs: 61_000, count: 0 },
  { what: "soon after the next one", atMonoMs: 130_000, count: 1 },
  { what: "a minute after it, and before its read-back", atMonoMs: 165_000, count: 1 },
  { what: "after its read-back", atMonoMs: 170_000, count: 0 },
  { what: "in a life that never read back", atMonoMs: 900_000, count: 1 },
])("a wake $what", ({ atMonoMs, count }) => {
  const restarts = [
    { startedMonoMs: 1_000, readBackMonoMs: 3_000 },
    { startedMonoMs: 100_000, readBackMonoMs: 170_000 },
    { startedMonoMs: 500_000, readBackMonoMs: undefined },
  ];
  expect(wakesOfRestarts([atMonoMs], restarts)).toBe(count);
});
