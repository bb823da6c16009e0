import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { exampleConfig, LoadControllerConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { profileNames } from "../profiles.ts";
import { meterSaying, Play } from "../replay/play.ts";
import type { Decision } from "./decide.ts";
import type { Law } from "./law.ts";

const law = lawOf(exampleConfig);
const laws = fc.constantFrom(
  ...profileNames.map((profile) =>
    lawOf(LoadControllerConfig.parse({ ...exampleConfig, profile })),
  ),
);

/** What a good meter's samples, one a second, lead to. */
function decisionsOn(frequenciesMilliHz: readonly number[], with_: Law): readonly Decision[] {
  const play = new Play(with_);
  return frequenciesMilliHz.map((frequencyMilliHz, index) => {
    const nowMonoMs = index * 1_000;
    const meters = [meterSaying({ frequencyMilliHz, measuredMonoMs: nowMonoMs })];
    return play.show({ nowMonoMs, meters });
  });
}

test("13: around any threshold nothing chatters: what runs only ever falls", () => {
  fc.assert(
    fc.property(
      laws,
      fc.nat(31),
      fc.integer({ min: 5, max: 120 }),
      fc.integer({ min: 0, max: 360 }),
      (chosen, stageIndex, periodS, phaseDegrees) => {
        const stage = chosen.stages[stageIndex % chosen.stages.length];
        const sine = Array.from({ length: 600 }, (_, second) => {
          const angle = (2 * Math.PI * second) / periodS + (phaseDegrees * Math.PI) / 180;
          return Math.round((stage?.thresholdMilliHz ?? 0) + 50 * Math.sin(angle));
        });
        const targets = decisionsOn(sine, chosen).map(({ targetW = Number.NaN }) => targetW);
        expect(targets).toEqual(targets.toSorted((left, right) => right - left));
      },
    ),
  );
});

test("13: between the first stage and hold nothing moves, in either direction", () => {
  fc.assert(
    fc.property(
      laws,
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (chosen, isShed, share) => {
        const firstMilliHz = chosen.stages[0]?.thresholdMilliHz ?? 0;
        const betweenMilliHz = Math.min(
          chosen.holdMilliHz - 1,
          firstMilliHz + 1 + Math.floor(share * (chosen.holdMilliHz - firstMilliHz)),
        );
        const before = isShed ? [firstMilliHz, firstMilliHz] : [50_000, 50_000];
        const held = Array<number>(400).fill(betweenMilliHz);
        const targets = decisionsOn([...before, ...held], chosen).map(({ targetW }) => targetW);
        expect(new Set(targets.slice(1)).size).toBe(1);
      },
    ),
  );
});

test("14: nothing switches at or above 49.68 Hz without two falls of 0.02 Hz in a row", () => {
  const walk = fc.array(fc.integer({ min: 49_680, max: 50_300 }), { maxLength: 200 });
  fc.assert(
    fc.property(walk, (frequencies) => {
      // Each value twice: after every fall comes a rest.
      const resting = frequencies.flatMap((frequency) => [frequency, frequency]);
      const targets = decisionsOn(resting, law).map(({ targetW }) => targetW);
      expect(targets.filter((targetW) => targetW !== law.ratedW)).toEqual([]);
    }),
  );
});

test("15: the kick alone sheds half at most, and only on two clear falls from below 49.90", () => {
  let kickCount = 0;
  const frequency = fc.oneof(
    fc.integer({ min: 49_680, max: 50_050 }),
    fc.integer({ min: 49_680, max: 49_950 }),
  );
  fc.assert(
    fc.property(fc.array(frequency, { minLength: 3, maxLength: 60 }), (frequencies) => {
      for (const [index, { view, targetW }] of decisionsOn(frequencies, law).entries()) {
        if (view.kickStage === 0) continue;
        kickCount += 1;
        const [first = 0, second = 0, third = 0] = frequencies.slice(index - 2, index + 1);
        expect(second - first).toBeLessThanOrEqual(-20);
        expect(third - second).toBeLessThanOrEqual(-20);
        expect((third - first) / 2).toBeLessThanOrEqual(-100);
        expect(third).toBeLessThanOrEqual(49_900);
        expect(targetW).toBeGreaterThanOrEqual(law.ratedW / 2);
      }
    }),
    { numRuns: 500 },
  );
  expect(kickCount).toBeGreaterThan(100); // A property over nothing would prove nothing.
});
