import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { areaAfter, lagAfter, lineAfter } from "./first-order-lag.ts";

const line = fc.record({
  start: fc.double({ min: -100, max: 100, noNaN: true }),
  perMs: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
});

test("the closed solution agrees with small steps", () => {
  const ramp = { start: 10, perMs: 0.02 };
  const tauMs = 5_000;
  const stepMs = 0.1;
  let x = 3;
  for (let step = 0; step < 100_000; step += 1) {
    x += ((lineAfter(ramp, (step + 0.5) * stepMs) - x) * stepMs) / tauMs;
  }
  expect(lagAfter(3, ramp, 10_000, tauMs)).toBeCloseTo(x, 2);
});

test("asking in between changes nothing", () => {
  const durations = fc.tuple(fc.nat(60_000), fc.nat(60_000));
  fc.assert(
    fc.property(line, durations, (ramp, [firstMs, secondMs]) => {
      const atOnce = lagAfter(5, ramp, firstMs + secondMs, 7_000);
      const later = { start: lineAfter(ramp, firstMs), perMs: ramp.perMs };
      const halfway = lagAfter(5, ramp, firstMs, 7_000);
      expect(lagAfter(halfway, later, secondMs, 7_000)).toBeCloseTo(atOnce, 6);
      const area = areaAfter(ramp, firstMs) + areaAfter(later, secondMs);
      expect(Math.abs(area - areaAfter(ramp, firstMs + secondMs))).toBeLessThan(1e-3);
    }),
  );
});
