import { describe, expect, test } from "@jest/globals";
import { exampleConfig, LoadControllerConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { meterSaying, Play, silentMeter } from "../replay/play.ts";
import type { MeterPicture } from "./picture.ts";

const law = lawOf(exampleConfig);
const ratedW = 560_000;
const calm = (count: number): readonly number[] => Array<number>(count).fill(50_000);
const saying = (frequencyMilliHz: number, measuredMonoMs: number): MeterPicture =>
  meterSaying({ frequencyMilliHz, measuredMonoMs });

describe("two meters", () => {
  const twoMeters = { ...law, meterCount: 2 };
  const both = (play: Play, nowMonoMs: number, first: number | undefined, second: number) =>
    play.show({
      nowMonoMs,
      meters: [
        first === undefined ? silentMeter : saying(first, nowMonoMs),
        saying(second, nowMonoMs),
      ],
    });

  test("the worse one sheds", () => {
    const play = new Play(twoMeters);
    both(play, 0, 50_000, 49_650);
    expect(both(play, 1_000, 50_000, 49_650)).toMatchObject({ targetW: 420_000, reason: "stage" });
  });

  test("while one is silent, the other one sheds, and nothing comes back", () => {
    const play = new Play(twoMeters);
    both(play, 0, 50_000, 50_000);
    for (let second = 1; second < 30; second += 1) both(play, second * 1_000, undefined, 50_000);
    both(play, 30_000, undefined, 49_600);
    expect(both(play, 31_000, undefined, 49_600).targetW).toBe(280_000);
    for (let second = 32; second < 600; second += 1) {
      expect(both(play, second * 1_000, undefined, 50_000).targetW).toBe(280_000);
    }
  });

  test("a lasting difference of more than 0.1 Hz is told after 5 s", () => {
    const play = new Play(twoMeters);
    expect(both(play, 0, 50_000, 49_899)).toMatchObject({ hasDisagreedLong: false });
    expect(both(play, 4_000, 50_000, 49_899)).toMatchObject({ hasDisagreedLong: false });
    expect(both(play, 5_000, 50_000, 49_899)).toMatchObject({ hasDisagreedLong: true });
    expect(both(play, 6_000, 50_000, 49_900)).toMatchObject({ hasDisagreedLong: false });
  });

  test("a blown fuse at one meter does not put the site off", () => {
    const play = new Play(twoMeters);
    const dead = { ...silentMeter, state: "dead-bus" as const };
    for (let second = 0; second < 30; second += 1) {
      const nowMonoMs = second * 1_000;
      const meters = [dead, saying(50_000, nowMonoMs)];
      expect(play.show({ nowMonoMs, meters }).targetW).toBe(ratedW);
    }
  });
});

test("of two meters the lower one holds back what may return", () => {
  const play = new Play({ ...law, meterCount: 2 });
  const meters = [saying(49_800, 0), saying(49_740, 0)];
  const decision = play.show({ nowMonoMs: 0, meters });
  expect(decision).toMatchObject({ phase: "holding", view: { frequencyMilliHz: 49_740 } });
});

describe("caps of others", () => {
  const cap = (source: string, capW: number, expiresAtMs = 1e12) => ({ source, capW, expiresAtMs });

  test("the lowest one binds and is named", () => {
    const play = new Play(law);
    const caps = [cap("price", 300_000), cap("operator", 100_000)];
    const decision = play.everySecond(0, calm(1), { caps });
    expect(decision).toMatchObject({ targetW: 100_000, binding: "caps/operator", reason: "cap" });
  });

  test("one that has expired counts for nothing", () => {
    const play = new Play(law);
    const caps = [cap("operator", 100_000, 500)];
    const meters = [saying(50_000, 0)];
    expect(play.show({ nowMonoMs: 0, wallAtMs: 499, meters, caps }).targetW).toBe(100_000);
    const later = { nowMonoMs: 100, wallAtMs: 500, caps, meters: [saying(50_000, 100)] };
    expect(play.show(later).targetW).toBe(ratedW);
  });

  test("one that ends while frequency is low wakes nobody", () => {
    const play = new Play(law);
    const caps = [cap("operator", 100_000, 5_000)];
    play.everySecond(0, Array<number>(5).fill(49_740), { caps });
    const low = play.everySecond(5_000, [49_740], { caps });
    expect(low).toMatchObject({ targetW: 100_000, reason: "not-calm", phase: "holding" });
    expect(play.everySecond(6_000, calm(12), { caps }).targetW).toBe(ratedW);
  });
});

describe("an islanded grid with surplus", () => {
  const island = lawOf(
    LoadControllerConfig.parse({
      ...exampleConfig,
      overFrequency: { baseKw: 280, startHz: 50.2, fullHz: 50.5 },
    }),
  );
  const playing = (): Play => new Play({ ...island });

  test("rests at its base, rises in the band, and falls back at the band's start", () => {
    const play = playing();
    expect(play.everySecond(0, calm(12)).targetW).toBe(280_000);
    const half = play.everySecond(12_000, Array<number>(12).fill(50_350));
    expect(half).toMatchObject({ targetW: 420_000, reason: "over-frequency" });
    expect(play.everySecond(24_000, Array<number>(12).fill(50_250)).targetW).toBe(420_000);
    expect(play.everySecond(36_000, Array<number>(12).fill(50_500)).targetW).toBe(ratedW);
    expect(play.everySecond(48_000, Array<number>(12).fill(50_200)).targetW).toBe(280_000);
  });

  test("stays within every other cap", () => {
    const caps = [{ source: "operator", capW: 300_000, expiresAtMs: 1e12 }];
    const decision = playing().everySecond(0, Array<number>(12).fill(50_500), { caps });
    expect(decision).toMatchObject({ targetW: 300_000, binding: "caps/operator" });
  });
});
