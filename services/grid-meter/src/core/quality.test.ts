import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  judgeFrequency,
  meterState,
  notePower,
  type QualityRules,
  type QualityState,
  unknownQuality,
} from "./quality.ts";

const rules: QualityRules = {
  nominalHz: 50,
  nominalV: 230,
  resolutionHz: 0.01,
  isCommissioned: true,
  loadOnAboveKw: 5,
};
const live = { voltageL1V: 230, voltageL2V: 231, voltageL3V: 229, powerKw: 500 };

/** Plays samples at a period, with fresh voltages each second that wander as on a real meter. */
function play(
  frequenciesHz: readonly number[],
  periodMs: number,
  options: {
    readonly rules?: QualityRules;
    readonly startMonoMs?: number;
    readonly state?: QualityState;
  } = {},
) {
  const { startMonoMs = 0 } = options;
  let state = options.state ?? unknownQuality;
  let powerMonoMs = Number.NEGATIVE_INFINITY;
  const doubts = frequenciesHz.map((frequencyHz, index) => {
    const monoMs = startMonoMs + index * periodMs;
    if (monoMs - powerMonoMs >= 1_000) {
      state = notePower(state, { ...live, powerKw: 500 + (monoMs % 7) / 10 }, monoMs);
      powerMonoMs = monoMs;
    }
    const judged = judgeFrequency(state, { frequencyHz, monoMs }, options.rules ?? rules);
    state = judged.state;
    return judged.verdict.quality === "good" ? "good" : judged.verdict.doubt;
  });
  return { state, doubts };
}

describe("range", () => {
  test.each([
    { frequencyHz: 45, expected: "good" },
    { frequencyHz: 55, expected: "good" },
    { frequencyHz: 44.99, expected: "out-of-range" },
    { frequencyHz: 55.01, expected: "out-of-range" },
    { frequencyHz: 0, expected: "out-of-range" },
  ])("$frequencyHz Hz is $expected", ({ frequencyHz, expected }) => {
    expect(play([frequencyHz], 50).doubts).toEqual([expected]);
  });

  test("a grid of 60 Hz has its own", () => {
    const sixty = { ...rules, nominalHz: 60 };
    expect(play([59.97, 59.98], 50, { rules: sixty }).doubts).toEqual(["good", "good"]);
    expect(play([50], 50, { rules: sixty }).doubts).toEqual(["out-of-range"]);
  });
});

test("nobody trusts a meter that is not commissioned", () => {
  const draft = { ...rules, isCommissioned: false };
  const { state, doubts } = play([50, 50], 50, { rules: draft });
  expect(doubts).toEqual(["not-commissioned", "not-commissioned"]);
  expect(meterState(state, draft, 60)).toBe("lost");
});

describe("voltage", () => {
  const at = (reading: Parameters<typeof notePower>[1], ageMs: number) => {
    const state = notePower(unknownQuality, reading, 0);
    const judged = judgeFrequency(state, { frequencyHz: 47.4, monoMs: ageMs }, rules);
    return { ...judged, said: meterState(judged.state, rules, ageMs) };
  };

  test("one live phase is enough", () => {
    const { verdict, said } = at({ voltageL1V: 0, voltageL2V: 184, voltageL3V: 3 }, 100);
    expect(verdict).toEqual({ quality: "good" });
    expect(said).toBe("good");
  });

  test("below 0.8 of nominal on all phases the bus is dead, at once", () => {
    const { verdict, said } = at({ voltageL1V: 183.9, voltageL2V: 0.2, voltageL3V: 3 }, 100);
    expect(verdict).toEqual({ quality: "bad", doubt: "dead-bus" });
    expect(said).toBe("dead-bus");
  });

  test("a voltage older than 3 s says nothing", () => {
    expect(at(live, 3_000).verdict).toEqual({ quality: "good" });
    const { verdict, said } = at(live, 3_001);
    expect(verdict).toEqual({ quality: "bad", doubt: "voltage-unknown" });
    expect(said).toBe("lost");
  });

  test("no voltage at all says nothing either", () => {
    expect(at({ powerKw: 500 }, 0).verdict).toEqual({ quality: "bad", doubt: "voltage-unknown" });
    const judged = judgeFrequency(unknownQuality, { frequencyHz: 50, monoMs: 0 }, rules);
    expect(judged.verdict).toEqual({ quality: "bad", doubt: "voltage-unknown" });
  });

  test("an analyser without supply that goes on to report 47 to 40 Hz is never believed", () => {
    let state = notePower(play([49.9, 48.56, 47.48], 2_000).state, { voltageL1V: 0.25 }, 6_000);
    for (let step = 0; step < 200; step += 1) {
      const monoMs = 6_000 + step * 50;
      state = notePower(state, { voltageL1V: 0.25 + step / 1_000 }, monoMs);
      const judged = judgeFrequency(state, { frequencyHz: 47.4 - step * 0.01, monoMs }, rules);
      state = judged.state;
      expect(judged.verdict).toEqual({ quality: "bad", doubt: "dead-bus" });
    }
  });
});

describe("jump", () => {
  test("the fall of Iberia passes: 0.67 Hz/s", () => {
    expect(play([49.902, 48.556, 47.476], 2_000).doubts).toEqual(["good", "good", "good"]);
  });

  test("a lone glitch is suspect, and the next sample is good again", () => {
    expect(play([50, 49, 50], 50).doubts).toEqual(["good", "jump", "good"]);
  });

  test("a second reading within 0.1 Hz confirms it", () => {
    expect(play([50, 49, 49.1, 49.1], 50).doubts).toEqual(["good", "jump", "good", "good"]);
  });

  test("the same glitch twice, with good samples in between, confirms nothing", () => {
    expect(play([50, 49, 50, 49], 50).doubts).toEqual(["good", "jump", "good", "jump"]);
  });

  test("one that disagrees does not", () => {
    expect(play([50, 49, 48.8, 48.79], 50).doubts).toEqual(["good", "jump", "jump", "good"]);
  });

  test("two steps of a coarse meter are no jump, however fast it is polled", () => {
    const coarse = { ...rules, resolutionHz: 0.1 };
    expect(play([50, 49.8, 50], 20, { rules: coarse }).doubts).toEqual(["good", "good", "good"]);
    expect(play([50, 49.7], 20, { rules: coarse }).doubts).toEqual(["good", "jump"]);
  });

  test("5 Hz/s is a fall at 20 Hz as at 1 Hz, and a little more is a jump", () => {
    expect(play([50, 49.75, 49.5], 50).doubts).toEqual(["good", "good", "good"]);
    expect(play([50, 49.74], 50).doubts).toEqual(["good", "jump"]);
    expect(play([50, 45.1], 1_000).doubts).toEqual(["good", "good"]);
  });
});

describe("frozen", () => {
  const still = (powerKw: number | undefined, untilMonoMs: number) => {
    let state = unknownQuality;
    let last: unknown;
    const reading = powerKw === undefined ? { voltageL1V: 230 } : { voltageL1V: 230, powerKw };
    for (let monoMs = 0; monoMs <= untilMonoMs; monoMs += 500) {
      state = notePower(state, reading, monoMs);
      const judged = judgeFrequency(state, { frequencyHz: 50, monoMs }, rules);
      state = judged.state;
      last = judged.verdict;
    }
    return { state, last };
  };

  test.each([
    { name: "14.5 s under load are not long", powerKw: 500, untilMonoMs: 14_500, isGood: true },
    { name: "15 s under load are", powerKw: 500, untilMonoMs: 15_000, isGood: false },
    {
      name: "an unknown load counts as on",
      powerKw: undefined,
      untilMonoMs: 15_000,
      isGood: false,
    },
    { name: "without load a meter may stand still", powerKw: 2, untilMonoMs: 60_000, isGood: true },
  ])("$name", ({ powerKw, untilMonoMs, isGood }) => {
    const expected = isGood ? { quality: "good" } : { quality: "bad", doubt: "frozen" };
    expect(still(powerKw, untilMonoMs).last).toEqual(expected);
  });

  test("one changed digit, and the meter lives", () => {
    const { state } = still(500, 20_000);
    const judged = judgeFrequency(state, { frequencyHz: 50.01, monoMs: 20_050 }, rules);
    expect(judged.verdict).toEqual({ quality: "good" });
  });

  test("a frequency that stands still while power moves is a calm grid", () => {
    expect(new Set(play(Array<number>(1_200).fill(50), 50).doubts)).toEqual(new Set(["good"]));
  });

  test("a frozen meter becomes degraded and lost as a silent one does", () => {
    const { state } = still(500, 25_500);
    expect(meterState(state, rules, 25_500)).toBe("lost");
  });
});

describe("age", () => {
  test.each([
    { ageMs: 3_000, expected: "good" },
    { ageMs: 3_001, expected: "degraded" },
    { ageMs: 10_000, expected: "degraded" },
    { ageMs: 10_001, expected: "lost" },
  ])("after $ageMs ms it is $expected", ({ ageMs, expected }) => {
    const { state } = play([50, 50], 50);
    expect(meterState(state, rules, 50 + ageMs)).toBe(expected);
  });

  test("before the first sample it is lost", () => {
    expect(meterState(unknownQuality, rules, 0)).toBe("lost");
  });
});

test("only good samples keep a meter good, whatever comes in between", () => {
  const sample = fc.record({
    frequencyHz: fc.double({ min: 0, max: 100, noNaN: true }),
    elapsedMs: fc.integer({ min: 1, max: 5_000 }),
    voltageV: fc.option(fc.double({ min: 0, max: 300, noNaN: true }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
      let state = unknownQuality;
      let monoMs = 0;
      let goodMonoMs: number | undefined;
      for (const { frequencyHz, elapsedMs, voltageV } of samples) {
        monoMs += elapsedMs;
        if (voltageV !== undefined) state = notePower(state, { voltageL1V: voltageV }, monoMs);
        const judged = judgeFrequency(state, { frequencyHz, monoMs }, rules);
        state = judged.state;
        if (judged.verdict.quality === "good") {
          goodMonoMs = monoMs;
          expect(frequencyHz).toBeGreaterThanOrEqual(45);
          expect(frequencyHz).toBeLessThanOrEqual(55);
        }
        const ageMs = goodMonoMs === undefined ? Number.POSITIVE_INFINITY : monoMs - goodMonoMs;
        if (meterState(state, rules, monoMs) === "good") expect(ageMs).toBeLessThanOrEqual(3_000);
      }
    }),
  );
});
