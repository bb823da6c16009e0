import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  celsiusFrom,
  countFrom,
  numberFrom,
  rpmFrom,
  secondsToMs,
  terahashesFrom,
  wattsFrom,
} from "./numbers.ts";

describe("numbers as miners send them", () => {
  test.each<[unknown, number]>([
    [3, 3],
    [0, 0],
    ["37603.30", 37_603.3],
    [" 12 ", 12],
    ["-4.5e2", -450],
    ["58.94W", 58.94],
    ["3250 W", 3_250],
    ["4052.00 RPM", 4_052],
    ["120TH", 120],
    ["65%", 65],
    ["71.5 °C", 71.5],
    ["0", 0],
  ])("%p is %p", (sent, value) => expect(numberFrom(sent)).toBe(value));

  test.each<unknown>([
    "",
    "   ",
    "N/A",
    "inf",
    "nan",
    "524K",
    "3.5 G",
    "0:00:03",
    "0x1f",
    "1,234",
    "1.2.3",
    "12 W 13",
    null,
    undefined,
    true,
    [],
    [7],
    {},
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "1e999",
  ])("%p is unknown", (sent) => expect(numberFrom(sent)).toBeUndefined());

  test("units come from the field's name", () => {
    expect(terahashesFrom(95_000_000, "MH")).toBeCloseTo(95);
    expect(terahashesFrom("95000.5", "GH")).toBeCloseTo(95.0005);
    expect(terahashesFrom(95, "TH")).toBe(95);
    expect(secondsToMs("120")).toBe(120_000);
  });

  test.each([
    ["power of a power station", wattsFrom(3_250_000)],
    ["negative power", wattsFrom(-1)],
    ["a missing temperature sensor", celsiusFrom(0)],
    ["absolute zero", celsiusFrom("-273")],
    ["a temperature beyond solder", celsiusFrom(255)],
    ["half a share", countFrom(1.5)],
    ["less than no shares", countFrom(-1)],
    ["a fan at the speed of a turbine", rpmFrom(65_535)],
    ["MH/s taken for TH/s", terahashesFrom(95_000_000, "TH")],
  ])("%s is unknown", (_, value) => expect(value).toBeUndefined());

  const readers = { numberFrom, wattsFrom, countFrom, celsiusFrom, rpmFrom, secondsToMs };
  test.each(Object.entries(readers))(
    "%s: finite or unknown, and zero only for a zero",
    (_, read) => {
      const texts = fc.string({
        unit: fc.constantFrom(..."0123456789.-+eE: ,xWKTH"),
        maxLength: 10,
      });
      fc.assert(
        fc.property(fc.oneof(texts, fc.anything()), (sent) => {
          const value = read(sent);
          if (value === undefined) return;
          expect(Number.isFinite(value)).toBe(true);
          // Tiny numbers may round to zero; everything else that reads as zero was written with zeros.
          if (value === 0) expect(String(sent)).toMatch(/^\s*[-+]?(?:0*(?:\.0*)?|[\d.]+[eE]-\d+)/);
        }),
        { numRuns: 2_000 },
      );
    },
  );
});
