import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { calmStep, live, rise, type Step, step } from "../../test/nights.ts";
import { exampleConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { meterSaying, Play } from "../replay/play.ts";
import type { SupplyPicture } from "./picture.ts";
import { bootState, runningState } from "./state.ts";

const law = lawOf({ ...exampleConfig, followsSupply: true });

const calm = (nowMonoMs: number) => [
  meterSaying({ frequencyMilliHz: 50_000, measuredMonoMs: nowMonoMs }),
];
const show = (play: Play, nowMonoMs: number, supply: SupplyPicture | undefined) =>
  play.show({ nowMonoMs, meters: calm(nowMonoMs), supply });

/** A calm grid for long enough that only the supply decides. */
function running(): Play {
  const play = new Play(law);
  for (let second = 0; second <= 60; second += 1) {
    const nowMonoMs = second * 1_000;
    show(play, nowMonoMs, { capW: 900_000, trueAtMonoMs: nowMonoMs });
  }
  return play;
}

describe("a site that follows its supply", () => {
  test("may draw its rating where the supply leaves more, and says how much more", () => {
    const word = { capW: 900_000, trueAtMonoMs: 61_000 };
    expect(show(running(), 61_000, word)).toMatchObject({
      targetW: 560_000,
      binding: "none",
      supplyW: 900_000,
    });
  });

  test("comes down with it at once, and back up with it", () => {
    const play = running();
    const low = show(play, 61_000, { capW: 300_000, trueAtMonoMs: 61_000 });
    expect(low).toMatchObject({ targetW: 300_000, binding: "supply", reason: "supply" });
    const back = show(play, 62_000, { capW: 500_000, trueAtMonoMs: 62_000 });
    expect(back.targetW).toBe(500_000);
  });

  test("believes an old word less and less: a tenth a minute, beginning when it is stale", () => {
    const play = running();
    const word = { capW: 400_000, trueAtMonoMs: 61_000 };
    expect(show(play, 66_000, word).targetW).toBe(400_000);
    expect(show(play, 126_000, word).targetW).toBe(360_000);
    expect(show(play, 126_000 + 540_000, word).targetW).toBe(0);
  });

  test("raises nothing on an old word, although another ceiling ends", () => {
    const play = running();
    const word = { capW: 500_000, trueAtMonoMs: 61_000 };
    const operator = { source: "operator", capW: 200_000, expiresAtMs: 70_000 };
    play.show({ nowMonoMs: 61_000, meters: calm(61_000), supply: word, caps: [operator] });
    expect(show(play, 71_000, word)).toMatchObject({ targetW: 200_000, binding: "supply" });
    const fresh = { ...word, trueAtMonoMs: 72_000 };
    expect(show(play, 72_000, fresh).targetW).toBe(500_000);
  });

  test("that never heard of it draws nothing; a start waits ten seconds for the first word", () => {
    const fleet = { commandedW: 350_000, isReadBack: true };
    const play = new Play(law, { state: bootState({ nowMonoMs: 0, seed: 1 }, law) });
    const at = (nowMonoMs: number) =>
      play.show({ nowMonoMs, meters: calm(nowMonoMs), fleet }).targetW;
    expect([at(1_000), at(9_900), at(10_000)]).toEqual([350_000, 350_000, 0]);
  });
});

test("a site that does not follow it does not care", () => {
  const play = new Play(lawOf(exampleConfig));
  const decision = show(play, 1_000, { capW: 0, trueAtMonoMs: 1_000 });
  expect(decision).toMatchObject({ targetW: 560_000, supplyW: undefined });
});

test("a followed supply: the target never exceeds it, and an old word never raises it", () => {
  const supply = fc.option(
    fc.record({
      capW: fc.integer({ min: 0, max: 700_000 }),
      ageMs: fc.constantFrom(0, 0, 0, 900, 5_000, 5_001, 30_000, 120_000, 700_000),
    }),
    { nil: undefined, freq: 8 },
  );
  const fed = fc.array(fc.tuple(step, supply, fc.constantFrom(0, 0, 1, 40)), { maxLength: 16 });
  fc.assert(
    fc.property(fed, (steps) => {
      const moments = live(
        steps.flatMap(([wild, told, count]) => [
          { ...wild, supply: told },
          ...Array<Step>(count).fill({ ...calmStep, supply: told }),
        ]),
        runningState({ nowMonoMs: 0, seed: 1 }, law),
        law,
      );
      for (const moment of moments) {
        const { step: now, decision } = moment;
        const { ageMs, capW } = now.supply ?? { ageMs: Number.POSITIVE_INFINITY, capW: 0 };
        const lostMs = Math.max(0, ageMs - 5_000);
        const isStarting = now.supply === undefined && moment.picture.nowMonoMs < 10_000;
        const mostW = lostMs === 0 ? capW : capW * Math.max(0, 1 - lostMs / 600_000);
        if (!isStarting) expect(decision.targetW).toBeLessThanOrEqual(mostW);
        if (lostMs > 0) expect(rise(moment)).toBeLessThanOrEqual(0);
        for (const cap of decision.caps) expect(decision.targetW).toBeLessThanOrEqual(cap.capW);
      }
    }),
    { numRuns: 100 },
  );
});
