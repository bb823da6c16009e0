import { assert, seededRandom } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type CalibrationSample, proposeCalibration } from "./propose-calibration.ts";

const none = { calibrationFactorRatio: 1, calibrationOffsetKw: 0 };
const steady = (powerKw: number, count = 30): readonly CalibrationSample[] =>
  Array.from({ length: count }, (_, index) => ({
    powerKw: powerKw + (index % 5) * 0.001,
    quality: "good",
  }));
const factorOf = (...input: Parameters<typeof proposeCalibration>) => {
  const proposal = proposeCalibration(...input);
  assert(proposal.kind === "factor", "these samples allow a factor");
  return proposal;
};

test("a steady load gives a sure factor, and no warning", () => {
  const proposal = factorOf(steady(50), 52, none);
  expect(proposal.factorRatio).toBeCloseTo(1.04, 3);
  expect(proposal.factorMaxRatio - proposal.factorMinRatio).toBeLessThan(0.001);
  expect(proposal.warnings).toEqual([]);
});

test("what the sensor is set to already is taken out first", () => {
  const current = { calibrationFactorRatio: 1.1, calibrationOffsetKw: 2 };
  const asShown = steady(0, 30).map(({ quality }) => ({ powerKw: 50 * 1.1 + 2, quality }));
  expect(factorOf(asShown, 52, current).factorRatio).toBeCloseTo(1, 9);
});

test.each([
  { name: "none", samples: [], why: /no sample/ },
  { name: "two", samples: steady(5, 2), why: /only 2/ },
  {
    name: "a load of nothing",
    samples: steady(0, 5).map((one) => ({ ...one, powerKw: 0 })),
    why: /zero/,
  },
  { name: "a wrong sign", samples: steady(-50), why: /isReversed/ },
])("no factor from $name", ({ samples, why }) => {
  const proposal = proposeCalibration(samples, 52, none);
  expect(proposal).toMatchObject({ kind: "none", why: expect.stringMatching(why) });
});

const random = seededRandom(1);
test.each([
  { name: "few samples", samples: steady(50, 5), warning: /only 5/ },
  { name: "a low load", samples: steady(0.05), warning: /too low/ },
  {
    name: "coarse steps",
    samples: steady(1).map((one, index) => ({ ...one, powerKw: 1 + (index % 2) * 0.01 })),
    warning: /too low/,
  },
  {
    name: "noise",
    samples: steady(50).map((one) => ({ ...one, powerKw: 50 + 3 * random.normal() })),
    warning: /not steady/,
  },
  {
    name: "drift",
    samples: steady(50).map((one, index) => ({ ...one, powerKw: 50 + index * 0.05 })),
    warning: /drifts/,
  },
  {
    name: "a suspect sensor",
    samples: steady(50).map((one, index) =>
      index === 3 ? { ...one, quality: "suspect" as const } : one,
    ),
    warning: /not good/,
  },
  { name: "a wrong ratio", samples: steady(5), warning: /wrong ratio/ },
])("$name is told", ({ samples, warning }) => {
  expect(factorOf(samples, 52, none).warnings.join("; ")).toMatch(warning);
});

test("the factor makes the mean the reference, and lies within its own bounds", () => {
  const powerKw = fc.double({ min: 0.1, max: 1_000, noNaN: true });
  const samples = fc.array(fc.record({ powerKw, quality: fc.constant("good" as const) }), {
    minLength: 3,
    maxLength: 60,
  });
  fc.assert(
    fc.property(samples, fc.double({ min: 0.1, max: 1_000, noNaN: true }), (given, referenceKw) => {
      const { factorRatio, factorMinRatio, factorMaxRatio, meanKw } = factorOf(
        given,
        referenceKw,
        none,
      );
      expect(meanKw * factorRatio).toBeCloseTo(referenceKw, 6);
      expect(factorMinRatio).toBeLessThanOrEqual(factorRatio);
      expect(factorMaxRatio).toBeGreaterThanOrEqual(factorRatio);
      expect(Number.isFinite(factorMaxRatio)).toBe(true);
    }),
  );
});

test("nineteen times in twenty the right factor lies between the bounds", () => {
  const chance = seededRandom(7);
  const isWithin = Array.from({ length: 400 }, () => {
    const samples = steady(50, 12).map((one) => ({ ...one, powerKw: 50 + 0.5 * chance.normal() }));
    const { factorMinRatio, factorMaxRatio } = factorOf(samples, 50, none);
    return factorMinRatio <= 1 && factorMaxRatio >= 1;
  });
  const hitRatio = isWithin.filter(Boolean).length / isWithin.length;
  expect(hitRatio).toBeGreaterThan(0.92);
  expect(hitRatio).toBeLessThan(0.98);
});
