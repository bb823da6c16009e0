import { describe, expect, test } from "@jest/globals";
import { exampleConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { meterSaying, Play, silentMeter } from "../replay/play.ts";
import type { MeterPicture } from "./picture.ts";
import { runningState } from "./state.ts";

const law = lawOf(exampleConfig);
const calm = (count: number): readonly number[] => Array<number>(count).fill(50_000);
const saying = (frequencyMilliHz: number, measuredMonoMs: number): MeterPicture =>
  meterSaying({ frequencyMilliHz, measuredMonoMs });

describe("what comes back, and when", () => {
  const first = (play: Play, frequencies: (second: number) => number | undefined): number => {
    for (let second = 3; second < 400; second += 1) {
      const nowMonoMs = second * 1_000;
      const milliHz = frequencies(second);
      const meters = [milliHz === undefined ? silentMeter : saying(milliHz, nowMonoMs)];
      if (play.show({ nowMonoMs, meters }).reason === "release") return second;
    }
    return Number.NaN;
  };
  const shed = (with_ = { ...law, randomDelayMaxMs: 0 }, seed = 1): Play => {
    const play = new Play(with_, { state: runningState({ nowMonoMs: 0, seed }, with_) });
    play.everySecond(0, [50_000, 49_650, 49_650]);
    return play;
  };

  test("the first batch comes 120 s after calm began, at 4 s", () => {
    expect(first(shed(), () => 50_000)).toBe(124);
  });

  test("a random delay of up to 60 s comes on top, and the seed decides it", () => {
    const delays = Array.from({ length: 20 }, (_, seed) => first(shed(law, seed), () => 50_000));
    expect(delays).toEqual(
      Array.from({ length: 20 }, (_, seed) => first(shed(law, seed), () => 50_000)),
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(124);
    expect(Math.max(...delays)).toBeLessThanOrEqual(184);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  test("it waits while frequency falls faster than 0.03 Hz a second", () => {
    const falling = (second: number): number =>
      50_000 - Math.max(0, Math.min(4, second - 121)) * 40;
    expect(first(shed(), falling)).toBe(126); // 0.02 Hz/s over the last 2 s.
  });

  test("it waits while the newest sample is doubtful, and no longer", () => {
    const play = shed();
    expect(first(play, (second) => (second < 124 ? 50_000 : undefined))).toBe(124);
    const releasing = play.state.gridCapW;
    const doubtful = meterSaying({
      frequencyMilliHz: 50_000,
      measuredMonoMs: 138_500,
      quality: "suspect",
    });
    play.everySecond(125_000, calm(14));
    play.show({ nowMonoMs: 138_500, meters: [doubtful] });
    expect(play.show({ nowMonoMs: 139_000 }).state.gridCapW).toBe(releasing);
    expect(play.everySecond(139_500, calm(1)).reason).toBe("release");
  });

  test("it waits while the mean is low, though the newest sample is high enough", () => {
    const play = shed();
    expect(first(play, () => 50_000)).toBe(124);
    // 49.76 is above hold; ten of them pull the mean below 49.85 when the next batch is due.
    expect(play.everySecond(125_000, Array<number>(20).fill(49_760)).state.gridCapW).toBe(434_000);
    expect(play.everySecond(145_000, calm(6)).state.gridCapW).toBe(448_000);
  });

  test("a kick that goes on down to the first stage costs the long wait", () => {
    const play = new Play({ ...law, randomDelayMaxMs: 0 });
    const kicked = play.everySecond(0, [50_000, 49_850, 49_660]);
    expect(kicked).toMatchObject({ reason: "kick" });
    expect(first(play, () => 50_000)).toBeGreaterThan(120);
  });
});

test("a dip while load comes back costs another minute", () => {
  const play = new Play({ ...law, randomDelayMaxMs: 0 });
  play.everySecond(0, [50_000, 49_650, 49_650]);
  // The mean is high enough from 4 s on; the first batch falls due 120 s later.
  expect(play.everySecond(3_000, calm(121)).targetW).toBe(420_000);
  const started = play.everySecond(124_000, calm(9));
  expect(started).toMatchObject({ phase: "restoring", targetW: 434_000 });
  play.everySecond(133_000, [49_740]);
  expect(play.everySecond(134_000, calm(60)).targetW).toBe(434_000);
  expect(play.everySecond(194_000, calm(1)).targetW).toBe(448_000);
});

test("after a mere kick the wait is one minute", () => {
  const play = new Play({ ...law, randomDelayMaxMs: 0 });
  const kicked = play.everySecond(0, [50_000, 50_000, 49_880, 49_760]);
  expect(kicked).toMatchObject({ targetW: 280_000, reason: "kick" });
  expect(play.everySecond(4_000, calm(60)).targetW).toBe(280_000);
  expect(play.everySecond(64_000, calm(1)).targetW).toBe(294_000);
});
