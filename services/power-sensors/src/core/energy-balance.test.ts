import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type BalancePicture, balanced, watchBalance } from "./energy-balance.ts";

const law = { toleranceRatio: 0.08, toleranceKw: 7, lastsMs: 300_000 };

/** Four racks of 35 kW, told so and drawing so, beside 12 kW that are metered, too. */
const sound = (changes: Partial<BalancePicture> = {}): BalancePicture => ({
  nowMonoMs: 0,
  siteSensorIds: ["poc"],
  siteKw: 152,
  feeders: ["a", "b", "c", "d"].map((sensorId) => ({ sensorId, measuredKw: 35, expectedKw: 35 })),
  otherKw: 12,
  ...changes,
});

function verdictAfter(picture: BalancePicture, lastedMs: number) {
  const first = watchBalance(balanced, { ...picture, nowMonoMs: 1_000 }, law);
  return watchBalance(first.track, { ...picture, nowMonoMs: 1_000 + lastedMs }, law);
}

const withFeeder = (index: number, measuredKw: number): BalancePicture["feeders"] =>
  sound().feeders.map((feeder, at) => (at === index ? { ...feeder, measuredKw } : feeder));

describe("the site's meter and the sum of the others", () => {
  test("agree within both tolerances", () => {
    expect(verdictAfter(sound(), 400_000).isDisagreed).toBe(false);
    expect(verdictAfter(sound({ siteKw: 164 }), 400_000).isDisagreed).toBe(false);
    // 6 kW of 10: far more than 8 %, but less than two miners.
    const little = sound({ siteKw: 10, feeders: [], otherKw: 4 });
    expect(verdictAfter(little, 400_000).isDisagreed).toBe(false);
  });

  test("disagree when it has lasted for five minutes", () => {
    const off = sound({ siteKw: 180 });
    expect(verdictAfter(off, 299_000).isDisagreed).toBe(false);
    expect(verdictAfter(off, 300_000)).toMatchObject({ isDisagreed: true, differenceKw: 28 });
  });

  test("a moment of agreement ends it", () => {
    const off = sound({ siteKw: 180 });
    const { track } = verdictAfter(off, 299_000);
    const agreed = watchBalance(track, sound({ nowMonoMs: 300_500 }), law);
    expect(watchBalance(agreed.track, { ...off, nowMonoMs: 301_000 }, law).isDisagreed).toBe(false);
  });

  test("what is not metered may be large, but never negative", () => {
    const unmetered = { otherKw: undefined };
    expect(verdictAfter(sound({ ...unmetered, siteKw: 300 }), 400_000).isDisagreed).toBe(false);
    expect(verdictAfter(sound({ ...unmetered, siteKw: 100 }), 400_000).isDisagreed).toBe(true);
  });
});

describe("who is wrong", () => {
  test("the feeder that is off from its orders by what is missing", () => {
    const half = sound({ feeders: withFeeder(2, 17.5) });
    expect(verdictAfter(half, 400_000).suspectIds).toEqual(["c"]);
    const twice = sound({ feeders: withFeeder(0, 70) });
    expect(verdictAfter(twice, 400_000).suspectIds).toEqual(["a"]);
  });

  test("the site's meter where every feeder does what it was told", () => {
    expect(verdictAfter(sound({ siteKw: 76 }), 400_000).suspectIds).toEqual(["poc"]);
  });

  test("nobody where nobody knows what the feeders were told", () => {
    const feeders = sound().feeders.map((feeder) => ({ ...feeder, expectedKw: undefined }));
    expect(verdictAfter(sound({ feeders, siteKw: 76 }), 400_000).suspectIds).toEqual([]);
  });

  test("one sensor that errs is found, however much it errs and however noisy the others are", () => {
    const noise = fc.double({ min: -0.3, max: 0.3, noNaN: true });
    const error = fc.oneof(
      fc.double({ min: -1, max: -0.5, noNaN: true }),
      fc.double({ min: 0.5, max: 3, noNaN: true }),
    );
    const racks = fc.array(fc.record({ drawnKw: fc.integer({ min: 30, max: 60 }), noise }), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(racks, error, fc.nat(), (drawn, errorRatio, pick) => {
        const wrong = pick % (drawn.length + 1); // The last one stands for the site's own meter.
        const isSite = wrong === drawn.length;
        const trueKw = drawn.reduce((sum, rack) => sum + rack.drawnKw, 12);
        const feeders = drawn.map((rack, index) => ({
          sensorId: `rack-${index}`,
          measuredKw: rack.drawnKw * (index === wrong ? 1 + errorRatio : 1),
          expectedKw: rack.drawnKw + rack.noise,
        }));
        const siteKw = trueKw * (isSite ? 1 + errorRatio : 1);
        const { isDisagreed, suspectIds } = verdictAfter(sound({ siteKw, feeders }), 400_000);
        const errorKw = Math.abs(errorRatio) * (drawn[wrong]?.drawnKw ?? trueKw);
        if (errorKw > 0.09 * Math.max(trueKw, siteKw, trueKw + errorKw) + 7) {
          expect(isDisagreed).toBe(true);
        }
        if (isDisagreed) expect(suspectIds).toEqual([isSite ? "poc" : `rack-${wrong}`]);
      }),
    );
  });

  test("without an error nothing is ever raised", () => {
    const kw = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(fc.array(kw, { maxLength: 12 }), kw, (drawn, otherKw) => {
        const feeders = drawn.map((measuredKw, index) => ({
          sensorId: `rack-${index}`,
          measuredKw,
          expectedKw: 0,
        }));
        const siteKw = drawn.reduce((sum, power) => sum + power, otherKw) * 1.05;
        const { isDisagreed } = verdictAfter(sound({ siteKw, feeders, otherKw }), 400_000);
        expect(isDisagreed).toBe(false);
      }),
    );
  });
});
