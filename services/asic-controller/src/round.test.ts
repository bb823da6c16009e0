import { seededRandom, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { startRound } from "./round.ts";

function openRound(count: number) {
  const clock = virtualClock();
  const visits: { readonly index: number; readonly monoMs: number }[] = [];
  const cancel = startRound({
    clock,
    random: seededRandom(5),
    name: "round",
    periodMs: 10_000,
    indexes: Array.from({ length: count }, (_, index) => index),
    visit: (index) => visits.push({ index, monoMs: clock.monotonicMs() }),
  });
  return { cancel, clock, visits };
}

test("everybody is visited once per period, at moments of their own", async () => {
  const { cancel, clock, visits } = openRound(160);
  await clock.advance(60_000);
  cancel();
  await clock.advance(60_000);
  expect(visits).toHaveLength(960);
  for (let index = 0; index < 160; index += 1) {
    const mine = visits.filter((visit) => visit.index === index).map(({ monoMs }) => monoMs);
    expect(mine).toHaveLength(6);
    for (const [lap, monoMs] of mine.entries()) {
      expect(monoMs).toBe((mine[0] ?? 0) + lap * 10_000);
    }
  }
  const togetherCount = (at: number): number => visits.filter(({ monoMs }) => monoMs === at).length;
  expect(Math.max(...visits.map(({ monoMs }) => togetherCount(monoMs)))).toBeLessThan(20);
});

test("nobody to visit is no trouble", async () => {
  const { clock, visits } = openRound(0);
  await clock.advance(60_000);
  expect(visits).toEqual([]);
});
