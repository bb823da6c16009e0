import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { exampleConfig, LoadControllerConfig } from "../config.ts";
import { profileNames } from "../profiles.ts";
import { replayFrequency } from "./replay-frequency.ts";

const folder = join(import.meta.dirname, "../../../../../shared/data/frequency");
const unitCount = 160;

function replay(csvText: string, config = exampleConfig): readonly string[] {
  const replayed = replayFrequency({ csvText, config, unitCount });
  if (!replayed.ok) throw new Error(replayed.why);
  return replayed.value.changes.map(
    ({ atUtc, offCount, reason }) => `${atUtc.slice(11, 19)} ${offCount} ${reason}`,
  );
}

const csvFrom = (startUtc: string, stepS: number, frequenciesHz: readonly number[]): string => {
  const startAtMs = Date.parse(startUtc);
  const rows = frequenciesHz.map(
    (hz, index) => `${new Date(startAtMs + index * stepS * 1_000).toISOString()},${hz}`,
  );
  return ["utc,hz", ...rows].join("\n");
};

const roundedTo = (csvText: string, digits: number): string =>
  csvText.replaceAll(/,(\d+(?:\.\d+)?)$/gm, (_, hz: string) => `,${Number(hz).toFixed(digits)}`);

/**
 * 9 August 2019 rebuilt from the published course of the event: straight lines between the samples
 * that the official reports name. The second of each shed is as sharp as in the recording.
 */
function rebuiltGreatBritain(): string {
  const points: readonly (readonly [utc: string, hz: number])[] = [
    ["15:51:00", 50.013],
    ["15:52:32", 49.999],
    ["15:52:33", 49.995],
    ["15:52:34", 49.921],
    ["15:52:35", 49.77],
    ["15:52:36", 49.633],
    ["15:52:37", 49.537],
    ["15:52:38", 49.468],
    ["15:52:39", 49.428],
    ["15:52:42", 49.294],
    ["15:52:59", 49.083],
    ["15:53:31", 49.2],
    ["15:53:49", 48.787],
    ["15:54:14", 49.0],
    ["15:55:00", 49.5],
    ["15:56:23", 49.822],
    ["15:56:28", 49.847],
    ["15:56:33", 49.885],
    ["15:57:15", 50.0],
    ["15:59:28", 50.225],
    ["15:59:59", 50.16],
  ];
  const frequenciesHz: number[] = [];
  for (const [index, [utc, hz]] of points.entries()) {
    const next = points[index + 1];
    if (next === undefined) break;
    const spanS = secondsOf(next[0]) - secondsOf(utc);
    for (let second = 0; second < spanS; second += 1) {
      frequenciesHz.push(Math.round((hz + ((next[1] - hz) * second) / spanS) * 1_000) / 1_000);
    }
  }
  return csvFrom("2019-08-09T15:51:00Z", 1, frequenciesHz);
}

const secondsOf = (utc: string): number => Date.parse(`2019-08-09T${utc}Z`) / 1_000;

const greatBritainExpected = [
  "15:52:35 80 kick",
  "15:52:38 120 stage",
  "15:52:39 160 stage",
  "15:58:33 156 release",
  "15:58:48 152 release",
  "15:59:03 148 release",
  "15:59:18 144 release",
  "15:59:33 140 release",
  "15:59:48 136 release",
];

/** Recorded files where they are at hand; the rebuilt ones everywhere. */
const greatBritainFile = join(folder, "gb-2019-08-09-event-1s.csv");
const greatBritain = [
  { name: "rebuilt", csvText: rebuiltGreatBritain() },
  ...(existsSync(greatBritainFile)
    ? [{ name: "recorded", csvText: readFileSync(greatBritainFile, "utf8") }]
    : []),
];

describe.each(greatBritain)("Great Britain, 9 August 2019, $name", ({ csvText }) => {
  test("as measured", () => {
    expect(replay(csvText)).toEqual(greatBritainExpected);
  });

  test("rounded to 0.01 Hz: the same units at the same seconds", () => {
    expect(replay(roundedTo(csvText, 2))).toEqual(greatBritainExpected);
  });

  test("rounded to 0.1 Hz: the kick at :35, all off at :38, first batch at 15:58:34", () => {
    expect(replay(roundedTo(csvText, 1)).slice(0, 3)).toEqual([
      "15:52:35 80 kick",
      "15:52:38 160 stage",
      "15:58:34 156 release",
    ]);
  });

  test.each(profileNames)("profile %s: all off within 6.5 s of the fault, back gently", (name) => {
    const config = LoadControllerConfig.parse({ ...exampleConfig, profile: name });
    const offCounts = replay(csvText, config).map((change) => Number(change.split(" ")[1]));
    const secondsUntilOff = replay(csvText, config)
      .filter((change) => change.includes(" 160 "))
      .map((change) => secondsOf(change.slice(0, 8)) - secondsOf("15:52:33"));
    expect(secondsUntilOff).toEqual([6]);
    const backSteps = offCounts.slice(offCounts.indexOf(160) + 1);
    expect(backSteps.length).toBeGreaterThan(0);
    expect(backSteps).toEqual(backSteps.map((_, index) => 156 - 4 * index));
  });
});

/** The last good rows before the collapse, then the analyser's fiction at 30 V of 27,000. */
function rebuiltIberia(hasVoltages: boolean): string {
  const calm = Array.from({ length: 600 }, (_, index) =>
    index === 100 ? Number.NaN : 49.99 + 0.02 * Math.sin(index / 20),
  );
  const collapse = [49.956, 49.952, 49.95, 49.942, 49.902, 48.556, 47.476];
  const fiction = Array.from({ length: 300 }, (_, index) => Math.max(40, 47.408 - 0.05 * index));
  const rows = csvFrom("2025-04-28T10:13:10Z", 2, [...calm, ...collapse, ...fiction]).split("\n");
  if (!hasVoltages) return rows.join("\n");
  const withVoltages = rows.map((row, index) => {
    if (index === 0) return `${row},vl1,vl2,vl3`;
    if (row.endsWith("NaN")) return `${row},NaN,NaN,NaN`;
    const isDead = index > calm.length + collapse.length;
    return isDead ? `${row},31.6,23.1,33.5` : `${row},28461.9,28576.2,28466.9`;
  });
  return withVoltages.join("\n");
}

const iberiaFile = join(folder, "iberia-2025-04-28-toledo-2s-with-voltage.csv");
const iberia = [
  { name: "rebuilt", csvText: rebuiltIberia(true) },
  ...(existsSync(iberiaFile)
    ? [{ name: "recorded", csvText: readFileSync(iberiaFile, "utf8") }]
    : []),
];

describe.each(iberia)("Iberia, 28 April 2025, $name", ({ csvText }) => {
  test("all off at 10:33:20, and nothing ever restored", () => {
    expect(replay(csvText)).toEqual(["10:33:20 160 emergency"]);
  });

  test("samples without voltage are not good, though frequency looks plausible", () => {
    const counts = [csvText, csvText.replaceAll(/^([^,]*,[^,]*),.*$/gm, "$1")].map((text) => {
      const replayed = replayFrequency({ csvText: text, config: exampleConfig, unitCount });
      return replayed.ok ? replayed.value : undefined;
    });
    const [judged, unjudged] = counts;
    const afterCollapse = csvText.split("\n").filter((row) => /,4[67]\./.test(row)).length;
    expect(afterCollapse).toBeGreaterThan(10);
    expect((unjudged?.goodCount ?? 0) - (judged?.goodCount ?? 0)).toBeGreaterThan(10);
  });
});

const quietDayFile = join(folder, "continental-europe-2022-09-17-normal-day-1s.csv");
const quietDays = [
  {
    name: "rebuilt: mean 50.0014, deviation 0.0194, slopes of an ordinary day",
    csvText: csvFrom(
      "2022-09-17T00:00:00Z",
      1,
      Array.from({ length: 86_400 }, (_, second) =>
        Number((50.0014 + 0.05 * Math.sin(second / 97) + 0.02 * Math.sin(second / 7)).toFixed(6)),
      ),
    ),
  },
  ...(existsSync(quietDayFile)
    ? [{ name: "recorded", csvText: readFileSync(quietDayFile, "utf8") }]
    : []),
];

test.each(quietDays)("an ordinary day switches nothing: $name", ({ csvText }) => {
  expect(replay(csvText)).toEqual([]);
});

describe("synthetic records of the reference", () => {
  const from = (...frequenciesHz: readonly number[]): readonly string[] =>
    replay(csvFrom("2026-01-01T00:00:00Z", 1, frequenciesHz));
  const calm = Array<number>(20).fill(50);
  const held = (hz: number): readonly number[] => Array<number>(60).fill(hz);

  test("a step to 49.68, held: nothing", () => {
    expect(from(...calm, ...held(49.68))).toEqual([]);
  });

  test("a step to 49.67, held: 20 off at the second sample", () => {
    expect(from(...calm, ...held(49.67))).toEqual(["00:00:21 20 stage"]);
  });

  test("exactly 49.50, held: all off at the second sample", () => {
    expect(from(...calm, ...held(49.5))).toEqual(["00:00:21 160 stage"]);
  });

  test("a ramp of -0.02 Hz/s to 49.68: nothing", () => {
    const ramp = Array.from({ length: 16 }, (_, index) => 49.98 - 0.02 * index);
    expect(from(...calm, ...ramp, ...held(49.68))).toEqual([]);
  });

  test("one sample of 49.6 between 50 and 50: nothing", () => {
    expect(from(...calm, 49.6, ...calm)).toEqual([]);
  });

  test("falling 0.1 Hz a second: half off at 49.8, all off at the second 49.5", () => {
    const fall = [49.9, 49.8, 49.7, 49.6, 49.5, 49.5];
    expect(from(...calm, ...fall)).toEqual(["00:00:21 80 kick", "00:00:25 160 stage"]);
  });

  test("a sine of 0.04 Hz around 49.600: 60, 80, 100 off in its first period, then nothing", () => {
    const sine = Array.from(
      { length: 600 },
      (_, second) => 49.6 + 0.04 * Math.sin((2 * Math.PI * second) / 31),
    );
    const changes = from(...sine);
    expect(changes.map((change) => change.split(" ")[1])).toEqual(["60", "80", "100"]);
    expect(changes.every((change) => change < "00:00:31")).toBe(true);
  });

  test("a lone 49.0 whose re-read agrees: all off", () => {
    expect(from(...calm, 49, ...calm)).toEqual(["00:00:20 160 emergency"]);
  });

  test("a recorder that stops: from 10 s on one stage every 5 s", () => {
    const text = `${csvFrom("2026-01-01T00:00:00Z", 1, [50])}\n2026-01-01T00:01:30Z,50`;
    const seconds = replay(text).map((change) => change.slice(6, 11));
    expect(seconds).toEqual([
      "10 20",
      "15 40",
      "20 60",
      "25 80",
      "30 10",
      "35 12",
      "40 14",
      "45 16",
    ]);
  });
});

test.each([
  "",
  "time,value\n1,2",
  "utc,hz\nyesterday,50",
  "utc,hz\n2026-01-01T00:00:01Z,50\n2026-01-01T00:00:01Z,50",
])("what is no recording is refused with a sentence: %j", (csvText) => {
  const replayed = replayFrequency({ csvText, config: exampleConfig, unitCount });
  expect(replayed).toMatchObject({ ok: false, why: expect.stringMatching(/\w+ .*\w+/) });
});
