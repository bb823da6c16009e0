import { describe, expect, test } from "@jest/globals";
import { moveMeter } from "./adjust-meter.ts";
import type { Schedule } from "./define-meter.ts";
import { driverOf } from "./driver-of.ts";
import { decodeBlock, planMeter } from "./plan-meter.ts";
import type { Quantity } from "./quantities.ts";

const wordsFrom = (hex: string): Uint16Array => {
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  return Uint16Array.from({ length: bytes.length / 2 }, (_, index) =>
    bytes.readUInt16BE(2 * index),
  );
};

interface Vector {
  readonly driver: string;
  readonly schedule: Schedule;
  /** The registers that the reply brings, from this address on. */
  readonly address: number;
  readonly reply: string;
  readonly says: { readonly [Name in Quantity]?: number };
}

/** Replies as they come over the wire, worked out by hand from the makers' tables. */
const vectors: readonly Vector[] = [
  {
    driver: "sel-735",
    schedule: "second",
    address: 350,
    reply:
      "00013d52 00013c5e 00013e68 00000138 000059e4 00005a0f 000059cb 00009bbf 00009bde 00009baa" +
      "03564c91 035cc760 ff9686a7",
    says: {
      currentL1A: 812.34,
      currentL2A: 809.9,
      currentL3A: 815.12,
      voltageL1V: 230.12,
      voltageL2V: 230.55,
      voltageL3V: 229.87,
      powerKw: 559.873_45,
      reactiveKvar: -69.123_45,
    },
  },
  {
    driver: "sel-735",
    schedule: "fast",
    address: 900,
    reply: "1386",
    says: { frequencyHz: 49.98 },
  },
  {
    driver: "eastron-sdm630",
    schedule: "fast",
    address: 0x46,
    reply: "4247eb85",
    says: { frequencyHz: 49.98 },
  },
  {
    driver: "schneider-pm5000",
    schedule: "fast",
    address: 3109,
    reply: "4247eb85",
    says: { frequencyHz: 49.98 },
  },
  {
    driver: "schneider-pm5000",
    schedule: "minute",
    address: 3203,
    reply: "00000000075bcd15 0000000000000000",
    says: { energyImportKwh: 123_456.789, energyExportKwh: 0 },
  },
  {
    driver: "janitza-umg",
    schedule: "fast",
    address: 19_050,
    reply: "4247eb85",
    says: { frequencyHz: 49.98 },
  },
  {
    driver: "abb-b2x",
    schedule: "fast",
    address: 0x5b2c,
    reply: "1386",
    says: { frequencyHz: 49.98 },
  },
  {
    driver: "abb-b2x",
    schedule: "minute",
    address: 0x5000,
    reply: "00000000075bcd15 7fffffffffffffff",
    says: { energyImportKwh: 1_234_567.89 },
  },
  {
    driver: "carlo-gavazzi-em24",
    schedule: "second",
    address: 0x00,
    reply: "08f80000 08fa0000 ffff7fff",
    says: { voltageL1V: 229.6, voltageL2V: 229.8 },
  },
  {
    driver: "carlo-gavazzi-em24",
    schedule: "fast",
    address: 0x37,
    reply: "01f4",
    says: { frequencyHz: 50 },
  },
  {
    driver: "carlo-gavazzi-em24-ethernet",
    schedule: "fast",
    address: 0x33,
    reply: "01f3",
    says: { frequencyHz: 49.9 },
  },
  {
    driver: "satec-pm180",
    schedule: "fast",
    address: 14_468,
    reply: "13860000",
    says: { frequencyHz: 49.98 },
  },
  {
    driver: "shelly-pro-3em",
    schedule: "second",
    address: 1013,
    reply: "5c7f4521",
    says: { powerKw: 2.581_781 },
  },
];

test("every driver but the one that must be found first has a vector", () => {
  const covered = new Set(vectors.map(({ driver }) => driver));
  expect([...covered].sort()).toEqual(
    [
      "abb-b2x",
      "carlo-gavazzi-em24",
      "carlo-gavazzi-em24-ethernet",
      "eastron-sdm630",
      "janitza-umg",
      "satec-pm180",
      "schneider-pm5000",
      "sel-735",
      "shelly-pro-3em",
    ].sort(),
  );
});

describe.each(vectors)(
  "$driver, $schedule, from $address",
  ({ driver: id, schedule, ...vector }) => {
    test("says what the meter's display says", () => {
      const driver = driverOf(id);
      if (driver === undefined) throw new Error(`no driver ${id}`);
      const read = planMeter(driver, schedule).find(
        ({ request }) => request.address === vector.address,
      );
      const words = wordsFrom(vector.reply);
      expect(read?.request.wordCount).toBe(words.length);
      if (read === undefined) throw new Error("no such request");
      const reading = decodeBlock(driver, read.quantities, { ...read.request, words });
      expect(Object.keys(reading).sort()).toEqual(Object.keys(vector.says).sort());
      for (const [quantity, value] of Object.entries(vector.says)) {
        expect(reading[quantity as Quantity]).toBeCloseTo(value, 5);
      }
    });
  },
);

test("hundredths come out as the decimal number that was meant", () => {
  const driver = driverOf("abb-b2x");
  const read = driver && planMeter(driver, "fast")[0];
  if (driver === undefined || read === undefined) throw new Error("no such read");
  const words = Uint16Array.of(4_998);
  expect(decodeBlock(driver, read.quantities, { ...read.request, words }).frequencyHz).toBe(49.98);
});

test("a SunSpec value is known only with its own scale factor", () => {
  const found = driverOf("sunspec-203");
  if (found === undefined) throw new Error("no such driver");
  const driver = moveMeter(found, 40_070);
  const [read] = planMeter(driver, "fast");
  expect(read?.request).toEqual({ table: "holding", address: 40_086, wordCount: 2 });
  if (read === undefined) throw new Error("no such read");
  const says = (...words: number[]) =>
    decodeBlock(driver, read.quantities, { ...read.request, words: Uint16Array.from(words) });
  expect(says(4_998, 0xfffe)).toEqual({ frequencyHz: 49.98 });
  expect(says(4_998, 0x8000)).toEqual({});
  expect(says(0x8000, 0xfffe)).toEqual({});
  expect(says(4_998, 40)).toEqual({});
});
