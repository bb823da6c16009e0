import { describe, expect, test } from "@jest/globals";
import { exampleConfig, LoadControllerConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { meterSaying, Play } from "../replay/play.ts";
import type { MeterPicture } from "./picture.ts";

const law = lawOf(exampleConfig);
const ratedW = 560_000;
const calm = (count: number): readonly number[] => Array<number>(count).fill(50_000);
const saying = (frequencyMilliHz: number, measuredMonoMs: number): MeterPicture =>
  meterSaying({ frequencyMilliHz, measuredMonoMs });

describe("a lone sample at or below the emergency threshold", () => {
  const alarmed = (): Play => {
    const play = new Play(law);
    play.everySecond(0, calm(20));
    expect(play.show({ nowMonoMs: 20_000, meters: [saying(49_300, 20_000)] }).targetW).toBe(ratedW);
    return play;
  };

  test("is dropped when the re-read contradicts it", () => {
    const play = alarmed();
    play.show({ nowMonoMs: 20_100, meters: [saying(50_000, 20_100)] });
    expect(play.everySecond(21_000, calm(10)).targetW).toBe(ratedW);
  });

  test("a re-read 0.1 Hz above is no contradiction", () => {
    const play = alarmed();
    const decision = play.show({ nowMonoMs: 20_100, meters: [saying(49_400, 20_100)] });
    expect(decision).toMatchObject({ targetW: 0, reason: "emergency", phase: "shedding" });
  });

  test("counts when no re-read comes within 300 ms", () => {
    const play = alarmed();
    expect(play.show({ nowMonoMs: 20_299 }).targetW).toBe(ratedW);
    expect(play.show({ nowMonoMs: 20_300 })).toMatchObject({ targetW: 0, reason: "emergency" });
  });

  test("counts when the re-read comes too late, whatever it says", () => {
    const play = alarmed();
    const decision = play.show({ nowMonoMs: 20_301, meters: [saying(50_000, 20_301)] });
    expect(decision.targetW).toBe(0);
  });

  test("a re-read without quality settles nothing: the time does", () => {
    const play = alarmed();
    const doubtful = meterSaying({
      frequencyMilliHz: 50_000,
      measuredMonoMs: 20_100,
      quality: "suspect",
    });
    expect(play.show({ nowMonoMs: 20_100, meters: [doubtful] }).targetW).toBe(ratedW);
    expect(play.show({ nowMonoMs: 20_300 }).targetW).toBe(0);
  });
});

describe("two samples confirm a stage when they lie far enough apart", () => {
  test.each([
    [500, ratedW],
    [899, ratedW],
    [900, 490_000], // A poll may be early by a tenth.
    [1_000, 490_000],
  ])("%d ms apart: %d W", (apartMs, targetW) => {
    const play = new Play(law);
    play.show({ nowMonoMs: 0, meters: [saying(49_675, 0)] });
    const decision = play.show({ nowMonoMs: apartMs, meters: [saying(49_675, apartMs)] });
    expect(decision.targetW).toBe(targetW);
  });
});

test("a steep fall above 49.90 Hz sheds nothing ahead", () => {
  expect(new Play(law).everySecond(0, [50_200, 50_100, 49_910]).targetW).toBe(ratedW);
});

describe("the fast profile, 20 samples a second", () => {
  const fast = lawOf(LoadControllerConfig.parse({ ...exampleConfig, profile: "fast" }));
  /** A straight fall from 50 Hz; answers when each level was reached, in ms after its start. */
  const fall = (milliHzPerS: number, untilMilliHz: number): Readonly<Record<number, number>> => {
    const play = new Play(fast);
    const reachedMs: Record<number, number> = {};
    for (let ms = -2_000; ms < 20_000; ms += 50) {
      const nowMonoMs = ms + 2_000;
      const fallen = Math.max(untilMilliHz, 50_000 + (milliHzPerS * Math.max(0, ms)) / 1_000);
      const meters = [saying(Math.round(fallen), nowMonoMs)];
      const { targetW = ratedW } = play.show({ nowMonoMs, meters });
      reachedMs[targetW] ??= ms;
    }
    return reachedMs;
  };

  test("the kick sheds half a second after 49.90 at the latest; 49.50 means off in 50 ms", () => {
    const reachedMs = fall(-144, 49_000);
    // 49.90 Hz is crossed after 694 ms; two windows of half a second need 1,000 ms.
    expect(reachedMs[280_000]).toBeLessThanOrEqual(1_050);
    // 49.50 Hz is crossed after 3,472 ms, seen at 3,500 and confirmed 50 ms later.
    expect(reachedMs[0]).toBe(3_550);
  });

  test("a slow fall sheds stage by stage, without a kick", () => {
    const reachedMs = fall(-50, 49_600);
    expect(Object.keys(reachedMs)).toEqual(["280000", "350000", "420000", "490000", "560000"]);
    expect(reachedMs[490_000]).toBe(6_550); // 49.675 is crossed at 6,500 ms.
  });

  test("a phase jump that fills one window with a slope does not kick", () => {
    const play = new Play(fast);
    for (let ms = 0; ms < 5_000; ms += 50) {
      const dent = ms >= 2_000 && ms < 2_500 ? -((ms - 2_000) * 0.6) : 0;
      const meters = [saying(Math.round(49_890 + dent / 2), ms)];
      expect(play.show({ nowMonoMs: ms, meters }).targetW).toBe(ratedW);
    }
  });
});

test("a good sample that comes more than 3 s late is not used", () => {
  const play = new Play(law);
  play.everySecond(0, calm(1));
  const late = saying(49_000, 6_999);
  expect(play.show({ nowMonoMs: 10_000, meters: [late] }).state.meters[0]).toMatchObject({
    lastGoodMonoMs: 0,
    emergencySinceMonoMs: undefined,
  });
});

test.each([44_999, 55_001])("%d mHz is no grid's frequency, whatever its quality", (milliHz) => {
  const play = new Play(law);
  const decision = play.everySecond(0, [milliHz, milliHz]);
  expect(decision.state.meters[0]).toMatchObject({ lastGoodMonoMs: undefined, quality: "bad" });
});

describe("voltage", () => {
  const at = (ratio: number, second: number): MeterPicture => ({
    ...saying(50_000, second * 1_000),
    voltage: { voltageMaxRatio: ratio, measuredMonoMs: second * 1_000 },
  });

  test("below 85 % one stage goes off each second, from the first full second on", () => {
    const play = new Play(law);
    const targets = [0, 1, 2, 3].map(
      (second) => play.show({ nowMonoMs: second * 1_000, meters: [at(0.84, second)] }).targetW,
    );
    expect(targets).toEqual([560_000, 490_000, 420_000, 350_000]);
    const decision = play.show({ nowMonoMs: 4_000, meters: [at(0.84, 4)] });
    expect(decision).toMatchObject({ binding: "voltage", reason: "low-voltage" });
  });

  test("below 90 % for 5 s nothing comes back", () => {
    const play = new Play(law);
    play.everySecond(0, [49_650, 49_650]);
    for (let second = 2; second < 600; second += 1) {
      play.show({ nowMonoMs: second * 1_000, meters: [at(0.89, second)] });
    }
    const low = play.show({ nowMonoMs: 600_000, meters: [at(0.89, 600)] });
    expect(low).toMatchObject({ targetW: 420_000, isVoltageLow: true, phase: "holding" });
    for (let second = 601; second < 900; second += 1) {
      play.show({ nowMonoMs: second * 1_000, meters: [at(0.9, second)] });
    }
    const back = play.show({ nowMonoMs: 900_000, meters: [at(0.9, 900)] });
    expect(back.targetW).toBeGreaterThan(420_000);
  });
});
