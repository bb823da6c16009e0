import { covers, type Extent, numberTypes, planReads, type ReadRequest } from "@ballast/modbus";
import { type Block, decode } from "./codec.ts";
import type { MeterDriver, Register, Schedule } from "./define-meter.ts";
import { type MeterReading, type Quantity, quantities } from "./quantities.ts";

/** One request, and what its reply contains. */
export interface PlannedRead {
  readonly request: ReadRequest;
  readonly quantities: readonly Quantity[];
}

/** The registers of a value, together with its exponent: they must come in one reply. */
export function extentOf(register: Register): Extent {
  const { table, address, type, exponentAt = address } = register;
  const start = Math.min(address, exponentAt);
  const end = Math.max(address + numberTypes[type].wordCount, exponentAt + 1);
  return { table, address: start, wordCount: end - start };
}

/** As few requests as this meter allows for what is due on a schedule, or for the given part. */
export function planMeter(
  driver: MeterDriver,
  schedule: Schedule,
  wanted: readonly Quantity[] = quantities,
): readonly PlannedRead[] {
  const due = wanted.flatMap((quantity) => {
    const read = driver.reads[quantity];
    return read?.every === schedule ? [{ quantity, extent: extentOf(read.from) }] : [];
  });
  const limits = { wordsPerReadMax: driver.wordsPerReadMax, spans: driver.spans };
  const requests = planReads(
    due.map(({ extent }) => extent),
    limits,
  );
  return requests.map((request) => ({
    request,
    quantities: due.flatMap(({ quantity, extent }) => (covers(request, extent) ? quantity : [])),
  }));
}

/** What one reply says. Values that the meter marks as absent are left out. */
export function decodeBlock(
  driver: MeterDriver,
  expected: readonly Quantity[],
  block: Block,
): MeterReading {
  const reading: { -readonly [Name in Quantity]?: number } = {};
  for (const quantity of expected) {
    const read = driver.reads[quantity];
    const value = read && decode(quantity, read.from, block, driver);
    if (value !== undefined) reading[quantity] = value;
  }
  return reading;
}
