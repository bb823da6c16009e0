import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { recordedFromCsv } from "./recorded-from-csv.ts";

const recordings = join(import.meta.dirname, "../../../../shared/data/frequency");

const textOf = (name: string, standIn: string): string => {
  const path = join(recordings, name);
  return existsSync(path) ? readFileSync(path, "utf8") : standIn;
};

test("rows become offsets from the first one", () => {
  const text = "utc,hz\n2026-01-01T00:00:05Z,49.98\n2026-01-01T00:00:06.500Z,50\n";
  expect(recordedFromCsv(text)).toEqual({
    ok: true,
    value: {
      startAtMs: Date.UTC(2026, 0, 1, 0, 0, 5),
      rows: [
        { offsetMs: 0, frequencyHz: 49.98 },
        { offsetMs: 1_500, frequencyHz: 50 },
      ],
    },
  });
});

test("a gap is unknown, never zero", () => {
  const text = "utc,hz,vl1,vl2,vl3\n2026-01-01T00:00:00Z,NaN,NaN,NaN,NaN\n";
  const recording = recordedFromCsv(text);
  expect(recording.ok && recording.value.rows).toEqual([{ offsetMs: 0 }]);
});

test.each([
  ["an unknown header", "time,hz\n2026-01-01T00:00:00Z,50", "line 1"],
  ["no rows", "utc,hz\n", "line 1"],
  ["no text", "", "line 1"],
  ["a missing column", "utc,hz\n2026-01-01T00:00:00Z,50\n2026-01-01T00:00:01Z", "line 3"],
  ["a word", "utc,hz\n2026-01-01T00:00:00Z,fifty", "line 2"],
  ["an empty value", "utc,hz\n2026-01-01T00:00:00Z,", "line 2"],
  ["a negative value", "utc,hz\n2026-01-01T00:00:00Z,-50", "line 2"],
  ["a local time", "utc,hz\n2026-01-01T00:00:00,50", "line 2"],
  ["a day that is none", "utc,hz\n2026-13-01T00:00:00Z,50", "line 2"],
  ["time that stands still", "utc,hz\n2026-01-01T00:00:00Z,50\n2026-01-01T00:00:00Z,50", "line 3"],
])("%s is refused with its line", (_name, text, where) => {
  const recording = recordedFromCsv(text);
  expect(recording).toMatchObject({ ok: false, fault: { code: "config.invalid" } });
  expect(recording.ok ? "" : recording.fault.detail).toContain(where);
});

test("no text makes the parser throw, and no accepted one holds NaN or zero for unknown", () => {
  const cell = fc.oneof(
    fc.constantFrom("NaN", "50", "49.98", "", "0x32", "1e3", "Infinity", " 50"),
    fc.string(),
  );
  const row = fc.tuple(fc.constantFrom("2026-01-01T00:00:00Z", "", "x"), cell);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(row, { maxLength: 3 })), (input) => {
      const body = typeof input === "string" ? input : input.map((r) => r.join(",")).join("\n");
      const recording = recordedFromCsv(`utc,hz\n${body}`);
      if (!recording.ok) return;
      for (const { frequencyHz } of recording.value.rows) {
        expect(frequencyHz === undefined || Number.isFinite(frequencyHz)).toBe(true);
      }
      if (body.endsWith("NaN")) expect(recording.value.rows.at(-1)?.frequencyHz).toBeUndefined();
    }),
  );
});

describe("measured events, or a stand-in with the same key rows", () => {
  test("Great Britain 2019: the nadir is where it was", () => {
    const standIn = "utc,hz\n2019-08-09T15:53:48Z,48.8\n2019-08-09T15:53:49Z,48.787\n";
    const recording = recordedFromCsv(textOf("gb-2019-08-09-event-1s.csv", standIn));
    const known = recording.ok ? recording.value.rows.flatMap((r) => r.frequencyHz ?? []) : [];
    expect(Math.min(...known)).toBe(48.787);
  });

  test("Iberia 2025: gaps are unknown, voltages come along", () => {
    const name = "iberia-2025-04-28-toledo-2s-with-voltage.csv";
    const standIn = [
      "utc,hz,vl1,vl2,vl3",
      "2025-04-28T09:01:30Z,NaN,NaN,NaN,NaN",
      "2025-04-28T10:33:22Z,47.476,25872.705,25624.5,25750.898",
      "2025-04-28T10:33:28Z,47.245,31.614,23.103,33.545",
    ].join("\n");
    const recording = recordedFromCsv(textOf(name, standIn));
    const rows = recording.ok ? recording.value.rows : [];
    expect(rows.some(({ frequencyHz }) => frequencyHz === undefined)).toBe(true);
    const dead = rows.filter(({ voltagesV }) => voltagesV !== undefined && voltagesV[0] < 100);
    expect(dead.length).toBeGreaterThan(0);
    expect(dead.every(({ frequencyHz }) => (frequencyHz ?? 40) >= 40)).toBe(true);
  });
});
