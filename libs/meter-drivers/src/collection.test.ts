import { readdirSync } from "node:fs";
import { numberTypes } from "@ballast/modbus";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { adjustMeter, MeterAdjustments } from "./adjust-meter.ts";
import { decode, encode } from "./codec.ts";
import type { MeterDriver, Schedule } from "./define-meter.ts";
import { decodeBlock, extentOf, planMeter } from "./plan-meter.ts";
import { type Quantity, quantities } from "./quantities.ts";
import { meterDrivers } from "./registry.gen.ts";

const meters: readonly MeterDriver[] = meterDrivers;
const files = readdirSync(new URL("./meters", import.meta.url)).filter(
  (name) => !name.endsWith(".test.ts"),
);

/** What a container of 560 kW shows; the round trip must keep it within the register's step. */
const typical: Readonly<Record<Quantity, number>> = {
  frequencyHz: 49.9,
  voltageL1V: 230,
  voltageL2V: 231,
  voltageL3V: 229,
  currentL1A: 810,
  currentL2A: 812,
  currentL3A: 815,
  powerKw: 559,
  availableKw: 600,
  reactiveKvar: -69,
  powerFactorRatio: 0.99,
  energyImportKwh: 123_456,
  energyExportKwh: 12,
};
const schedules: readonly Schedule[] = ["fast", "second", "minute"];

test("every file is in the registry, and every id is its file's name", () => {
  expect(meters.length).toBeGreaterThan(0);
  expect(meters.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

describe.each(meters)("$id", (driver) => {
  const reads = quantities.flatMap((quantity) => {
    const from = driver.reads[quantity]?.from;
    return from === undefined ? [] : [{ quantity, from }];
  });

  test("no two readings share a register", () => {
    const words = reads.flatMap(({ from: { table, address, type } }) =>
      Array.from(
        { length: numberTypes[type].wordCount },
        (_, offset) => `${table}:${address + offset}`,
      ),
    );
    expect(new Set(words).size).toBe(words.length);
  });

  test("frequency alone is on the fast schedule, in one request", () => {
    const fast = planMeter(driver, "fast");
    expect(fast.map((read) => read.quantities)).toEqual([["frequencyHz"]]);
  });

  test("it tells voltage and power each second", () => {
    for (const quantity of ["voltageL1V", "currentL1A", "powerKw"] as const) {
      expect(driver.reads[quantity]?.every).toBe("second");
    }
  });

  test("every value is asked for once, within the limit of the meter", () => {
    const planned = schedules.flatMap((schedule) => planMeter(driver, schedule));
    expect(planned.flatMap((read) => read.quantities).sort()).toEqual(
      reads.map(({ quantity }) => quantity).sort(),
    );
    for (const { request } of planned) {
      expect(request.wordCount).toBeLessThanOrEqual(driver.wordsPerReadMax);
    }
  });

  test.each(reads)("$quantity decodes what the simulator encodes", ({ quantity, from }) => {
    const roundTrip = (value: number | undefined, exponent: number): number | undefined => {
      const { table, address, wordCount } = extentOf(from);
      const words = new Uint16Array(wordCount);
      words.set(encode(quantity, from, value, { ...driver, exponent }), from.address - address);
      if (from.exponentAt !== undefined) words[from.exponentAt - address] = exponent & 0xffff;
      return decode(quantity, from, { table, address, words }, driver);
    };
    const value = typical[quantity];
    // The finest scale factor that still holds the value, as a maker would choose it.
    const exponents = from.exponentAt === undefined ? [0] : [-3, -2, -1, 0, 1, 2, 3];
    const exponent = exponents.find((one) => roundTrip(value, one) !== undefined);
    if (exponent === undefined) throw new Error("no scale factor holds the value");
    const stepRatio =
      from.type === "f32" ? 1e-6 * Math.abs(value) : (from.scale * 10 ** exponent) / 2;
    const decoded = roundTrip(value, exponent) ?? Number.NaN;
    expect(Math.abs(decoded - value)).toBeLessThanOrEqual(stepRatio + 1e-9);
    expect(roundTrip(undefined, exponent)).toBeUndefined();
  });

  test("decoding anything gives numbers or nothing", () => {
    const planned = schedules.flatMap((schedule) => planMeter(driver, schedule));
    const anyRead = fc
      .constantFrom(...planned)
      .chain((read) =>
        fc
          .uint16Array({ minLength: read.request.wordCount, maxLength: read.request.wordCount })
          .map((words) => ({ read, words })),
      );
    fc.assert(
      fc.property(anyRead, ({ read, words }) => {
        const reading = decodeBlock(driver, read.quantities, { ...read.request, words });
        expect(Object.values(reading).every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test("current transformers that look the other way turn power, reactive power and energy", () => {
    const adjustments = MeterAdjustments.parse({ isPowerReversed: true });
    const reversed = adjustMeter(driver, adjustments);
    expect(reversed.powerSign).toBe(-driver.powerSign);
    expect(reversed.reads.energyExportKwh).toEqual(driver.reads.energyImportKwh);
    expect(reversed.reads.energyImportKwh).toEqual(driver.reads.energyExportKwh);
  });

  test("its facts are sane", () => {
    expect(driver.wordsPerReadMax).toBeLessThanOrEqual(125);
    expect(driver.frequencyResolutionHz).toBeGreaterThan(0);
    expect(driver.refreshMs).toBeGreaterThanOrEqual(50);
    expect(driver.source).not.toBe("");
    expect(driver.probe.kind === "located").toBe(driver.locate !== undefined);
    for (const { from } of reads) expect(from.scale).toBeGreaterThan(0);
  });
});
