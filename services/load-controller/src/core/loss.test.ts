import { describe, expect, test } from "@jest/globals";
import { exampleConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { meterSaying, Play, silentMeter } from "../replay/play.ts";
import type { MeterPicture } from "./picture.ts";
import { bootState } from "./state.ts";

const law = lawOf(exampleConfig);
const ratedW = 560_000;
const atBoot = bootState({ nowMonoMs: 0, seed: 7 }, law);
const calm = (count: number): readonly number[] => Array<number>(count).fill(50_000);
const saying = (frequencyMilliHz: number, measuredMonoMs: number): MeterPicture =>
  meterSaying({ frequencyMilliHz, measuredMonoMs });

describe("a meter that falls silent", () => {
  test("degraded after 3 s, lost at 10 s, a stage every 5 s, all off at 45 s", () => {
    const play = new Play(law);
    const steps: string[] = [];
    let before = "";
    for (let nowMonoMs = 0; nowMonoMs <= 60_000; nowMonoMs += 200) {
      const meters = nowMonoMs === 0 ? [saying(50_000, 0)] : [silentMeter];
      const { phase, targetW } = play.show({ nowMonoMs, meters });
      const now = `${phase} ${(targetW ?? Number.NaN) / 1_000}`;
      if (now !== before) steps.push(`${nowMonoMs / 1_000} s: ${now}`);
      before = now;
    }
    expect(steps).toEqual([
      "0 s: normal 560",
      "3.2 s: degraded 560",
      "10 s: lost 490",
      "15 s: lost 420",
      "20 s: lost 350",
      "25 s: lost 280",
      "30 s: lost 210",
      "35 s: lost 140",
      "40 s: lost 70",
      "45 s: lost 0",
    ]);
  });

  test("steps go down from what runs, not from a target far above it", () => {
    const play = new Play(law);
    play.everySecond(0, calm(2));
    const fleet = { commandedW: 100_000, isReadBack: true };
    expect(play.show({ nowMonoMs: 11_000, fleet }).targetW).toBe(30_000);
  });

  test("back in sight: held for 60 s, then the normal way back", () => {
    const play = new Play(law);
    play.everySecond(0, [50_000]);
    expect(play.show({ nowMonoMs: 10_000 }).targetW).toBe(490_000);
    const held = play.everySecond(20_000, calm(60));
    expect(held).toMatchObject({ phase: "recovering", targetW: 350_000 });
    // 60 s of trust, 120 s of calm and a random delay of up to 60 s; not a second less.
    const waiting = play.everySecond(80_000, calm(120));
    expect(waiting).toMatchObject({ phase: "holding", targetW: 350_000 });
    const returning = play.everySecond(200_000, calm(61));
    expect(returning).toMatchObject({ phase: "restoring" });
    expect(returning.targetW).toBeGreaterThan(350_000);
  });

  test("one doubtful sample starts the 60 s of trust again", () => {
    const play = new Play(law, { state: atBoot });
    const fleet = { commandedW: ratedW, isReadBack: true };
    play.everySecond(0, calm(40), { fleet });
    const doubtful = meterSaying({
      frequencyMilliHz: 50_000,
      measuredMonoMs: 40_000,
      quality: "suspect",
    });
    play.show({ nowMonoMs: 40_000, meters: [doubtful] });
    expect(play.everySecond(41_000, calm(60)).phase).toBe("recovering");
    expect(play.everySecond(101_000, calm(2)).phase).toBe("normal");
  });
});

test("a dead bus puts everything off at once", () => {
  const play = new Play(law);
  play.everySecond(0, calm(20));
  const dead = meterSaying({
    frequencyMilliHz: 49_990,
    measuredMonoMs: 20_000,
    quality: "bad",
    isDeadBus: true,
  });
  const decision = play.show({ nowMonoMs: 20_000, meters: [dead] });
  expect(decision).toMatchObject({ targetW: 0, phase: "lost", reason: "dead-bus" });
});

describe("a start", () => {
  const fleet = { commandedW: 301_000, isReadBack: true };

  test("says nothing before the fleet is known, then takes over what runs", () => {
    const play = new Play(law, { state: atBoot });
    expect(play.everySecond(0, calm(5)).targetW).toBeUndefined();
    const decision = play.everySecond(5_000, calm(1), { fleet });
    expect(decision).toMatchObject({ targetW: 301_000, binding: "boot", phase: "recovering" });
  });

  test("does not shed a healthy fleet, and does not wake one for 60 s", () => {
    const play = new Play(law, { state: atBoot });
    for (let second = 0; second < 60; second += 1) {
      expect(play.everySecond(second * 1_000, [50_000], { fleet }).targetW).toBe(301_000);
    }
  });

  test("a whole fleet is simply kept", () => {
    const play = new Play(law, { state: atBoot });
    const whole = { commandedW: ratedW, isReadBack: true };
    const decision = play.everySecond(0, calm(62), { fleet: whole });
    expect(decision).toMatchObject({ targetW: ratedW, binding: "none", phase: "normal" });
  });

  test("sheds at once when frequency is low, fleet known or not", () => {
    const play = new Play(law, { state: atBoot });
    expect(play.everySecond(0, [49_500, 49_500])).toMatchObject({ targetW: 0, reason: "stage" });
    expect(play.everySecond(2_000, calm(1), { fleet }).targetW).toBe(0);
  });

  test("with no word of the fleet for 10 s it sheds in steps, from its own last word", () => {
    const play = new Play(law, { state: atBoot });
    const targetBeforeStartW = 280_000;
    expect(play.everySecond(0, calm(10), { targetBeforeStartW }).targetW).toBeUndefined();
    const decision = play.everySecond(10_000, calm(6), { targetBeforeStartW });
    expect(decision).toMatchObject({ targetW: 140_000, reason: "fleet-unknown" });
  });

  test("waits for a fleet that is still asking its miners", () => {
    const play = new Play(law, { state: atBoot });
    const asking = { commandedW: 0, isReadBack: false };
    expect(play.everySecond(0, calm(30), { fleet: asking }).targetW).toBeUndefined();
    expect(play.everySecond(30_000, calm(1), { fleet }).targetW).toBe(301_000);
  });
});
