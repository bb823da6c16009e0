import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type CycleRecord, encodeLine, recoverLines } from "./cycle-record.ts";

const recordOf = (sequence: number, minerId = `m${sequence % 2}`): CycleRecord => ({
  kind: sequence % 3 === 0 ? "waking" : "off",
  sequence,
  atMs: 1_790_000_000_000 + sequence,
  minerId,
  reason: "least worn",
  cyclesCount: sequence,
  dayCyclesCount: sequence % 5,
  lastOffAtMs: 1_790_000_000_000 + sequence,
});
const count = 4;
const records = Array.from({ length: count }, (_, index) => recordOf(index + 1));
const lines = records.map((record) => new TextEncoder().encode(encodeLine(record)));
const whole = Buffer.concat(lines);

/** What must be known when only the first lines exist. */
const latestOf = (lineCount: number): ReadonlyMap<string, CycleRecord> =>
  new Map(records.slice(0, lineCount).map((record) => [record.minerId, record]));

test("cut at any byte, every whole line before the cut is there, and nothing else", () => {
  let wholeCount = 0;
  let wholeBytes = 0;
  for (let length = 0; length <= whole.length; length += 1) {
    const next = lines[wholeCount];
    if (next !== undefined && length === wholeBytes + next.length) {
      wholeCount += 1;
      wholeBytes += next.length;
    }
    const recovered = recoverLines(whole.subarray(0, length));
    expect(recovered.wholeBytes).toBe(wholeBytes);
    expect(recovered.lineCount).toBe(wholeCount);
    expect(recovered.lastSequence).toBe(wholeCount);
    expect(recovered.records).toEqual(latestOf(wholeCount));
  }
  expect(wholeCount).toBe(count);
});

test("any single flipped bit costs at most the lines it touches, and invents nothing", () => {
  for (let bit = 0; bit < whole.length * 8; bit += 1) {
    const bytes = Uint8Array.from(whole);
    const at = bit >> 3;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
    const { lineCount, records: known } = recoverLines(bytes);
    // A flipped line break glues two lines together; a cut tail has none at all.
    expect(lineCount).toBeGreaterThanOrEqual(count - 2);
    expect(lineCount).toBeLessThanOrEqual(count - 1);
    for (const record of known.values()) expect(records).toContainEqual(record);
  }
});

test("a record that is there twice counts once", () => {
  const twice = recoverLines(Buffer.concat([whole, whole]));
  expect(twice.records).toEqual(latestOf(count));
});

test("an older line never replaces a newer one", () => {
  const [older, newer] = [recordOf(1, "m"), recordOf(2, "m")];
  const bytes = new TextEncoder().encode(encodeLine(newer) + encodeLine(older));
  expect(recoverLines(bytes).records.get("m")).toEqual(newer);
});

test("a mark tells until when the controller lived", () => {
  const mark = encodeLine({ kind: "mark", sequence: 99, atMs: 1_790_000_900_000 });
  const recovered = recoverLines(Buffer.concat([whole, new TextEncoder().encode(mark)]));
  expect(recovered).toMatchObject({ lastSequence: 99, lastAtMs: 1_790_000_900_000 });
  expect(recovered.records.size).toBe(2);
});

test("rubbish is read without harm", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array(), fc.constantFrom(...lines))), (parts) => {
      const { records: known } = recoverLines(Buffer.concat(parts));
      for (const record of known.values()) expect(records).toContainEqual(record);
    }),
  );
});
