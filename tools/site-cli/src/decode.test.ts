import { allTopics } from "@ballast/contracts";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { decode } from "./decode.ts";
import { jsonLineOf, lineOf } from "./line.ts";

const nowAtMs = Date.UTC(2026, 0, 1, 12, 3, 4, 512);
const frequency = "ballast/v1/grid/poc/frequency";

function line(address: string, payload: unknown, isRetained = false): string {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const decoded = decode(allTopics, address, text, nowAtMs);
  return lineOf({ receivedAtMs: nowAtMs, address, text, isRetained, decoded });
}

test("a message is shown with its time, its age and its units", () => {
  const sample = { atMs: nowAtMs - 20, frequencyHz: 49.98, quality: "good" };
  expect(line(frequency, sample)).toBe(
    "12:03:04.512  grid/poc/frequency  (0.02 s old)  frequencyHz 49.98 Hz  quality good",
  );
});

test("what is older than its topic allows is marked", () => {
  const sample = { atMs: nowAtMs - 60_000, frequencyHz: 49.98, quality: "good" };
  expect(line(frequency, sample, true)).toContain("(60.00 s old, kept, STALE)");
});

test("instants are shown as such, and plain numbers without a unit", () => {
  const text = line("ballast/v1/load/caps/operator", {
    atMs: nowAtMs,
    capKw: 200,
    reason: "maintenance of feeder 2",
    expiresAtMs: nowAtMs + 1_000,
  });
  expect(text).toContain(
    'capKw 200 kW  reason "maintenance of feeder 2"  expiresAtMs 2026-01-01T12:03:05.512Z',
  );
});

test.each([
  ["no JSON", frequency, "{", "INVALID: not JSON  {"],
  ["a wrong type", frequency, { atMs: 1, frequencyHz: "50" }, "INVALID: frequencyHz: "],
  ["an unknown address", "ballast/v1/grid/poc/colour", {}, "INVALID: no topic has this address"],
  ["an empty text", frequency, "", "(taken back)"],
])("%s is marked", (_, address, payload, expected) => {
  expect(line(address, payload)).toContain(expected);
});

test("a program gets the same as one JSON object", () => {
  const payload = { atMs: nowAtMs - 20, frequencyHz: 49.98, quality: "good" };
  const text = JSON.stringify(payload);
  const decoded = decode(allTopics, frequency, text, nowAtMs);
  const seen = { receivedAtMs: nowAtMs, address: frequency, text, isRetained: false, decoded };
  expect(JSON.parse(jsonLineOf(seen))).toEqual({
    receivedAtMs: nowAtMs,
    address: frequency,
    kind: "valid",
    isRetained: false,
    ageMs: 20,
    isStale: false,
    payload,
  });
});

test("whatever comes, a line comes out of it", () => {
  const address = fc.oneof(fc.string(), fc.constantFrom(...allTopics.map((each) => each.address)));
  const text = fc.oneof(fc.string(), fc.json());
  fc.assert(
    fc.property(address, text, (address, text) => {
      const decoded = decode(allTopics, address, text, nowAtMs);
      const seen = { receivedAtMs: nowAtMs, address, text, isRetained: false, decoded };
      expect(lineOf(seen)).not.toBe("");
      expect(JSON.parse(jsonLineOf(seen)).address).toBe(address);
    }),
  );
});
