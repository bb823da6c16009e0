import { describe, expect, test } from "@jest/globals";
import type { GridEventRecord, GridEventSamplesRecord, SampleSeries } from "../records.ts";
import type { Curve } from "./curve.ts";
import { curvesOf, type EventReport, eventReport } from "./event-report.ts";
import { type MonthReportInput, monthReport } from "./month-report.ts";
import { type ProductName, productNames, products } from "./products.ts";
import { eventCsv, eventHtml } from "./render-event.ts";
import { monthCsv, monthHtml } from "./render-month.ts";
import { slopePerS } from "./slope.ts";
import { csvText } from "./text.ts";

const startedAtMs = Date.UTC(2026, 0, 5, 12);

const event: GridEventRecord = {
  kind: "gridEvent",
  id: "20260105T120000000Z-poc",
  atMs: startedAtMs,
  updatedAtMs: startedAtMs,
  meterId: "poc",
  trigger: "frequency",
  endedAtMs: startedAtMs + 900_000,
  nadirHz: 49.4,
  unresponsiveIds: ["m<1>"],
  unconfirmedIds: [],
};

/** One record for each value, `stepMs` apart, from `fromMs` after the start on. */
const series = (
  name: SampleSeries,
  fromMs: number,
  stepMs: number,
  values: readonly number[],
): GridEventSamplesRecord => ({
  kind: "gridEventSamples",
  id: `${name}/${fromMs}`,
  atMs: startedAtMs + fromMs,
  eventId: event.id,
  series: name,
  offsetsMs: values.map((_, index) => index * stepMs),
  values: [...values],
});

const times = <Value>(count: number, value: Value): Value[] => Array<Value>(count).fill(value);

/** Falls below 49.5 Hz at the start; the load is off after `offS` seconds, for `forS` seconds. */
function samplesOf(offS: number, forS: number, stepMs = 1_000): readonly GridEventSamplesRecord[] {
  const steps = (seconds: number): number => Math.round((seconds * 1_000) / stepMs);
  const load = [
    ...times(steps(30 + offS), 500),
    ...times(steps(forS), 10),
    ...times(steps(60), 500),
  ];
  return [
    series("frequencyHz", -30_000, 50, [...times(600, 50), ...times(200, 49.4), ...times(600, 50)]),
    series("targetKw", -30_000, 1_000, [
      ...times(30, 500),
      ...times(Math.ceil(forS + offS), 0),
      ...times(60, 500),
    ]),
    series("meterKw", -30_000, stepMs, load),
  ];
}

const reportOf = (
  samples: readonly GridEventSamplesRecord[],
  product?: ProductName,
  more: Partial<GridEventRecord> = {},
): EventReport =>
  eventReport({
    siteName: "Hill & <Dale>",
    nominalHz: 50,
    event: { ...event, ...more },
    samples,
    cycles: [],
    product,
    stagesHz: [49.675, 49.5],
  });

const verdicts = (report: EventReport) =>
  Object.fromEntries(report.criteria.map(({ name, verdict }) => [name, verdict]));

describe("against a product", () => {
  test.each([
    ["in time, and long enough", 4, 700, { full: "pass", hold: "pass" }],
    ["too late", 9, 700, { full: "fail", hold: "pass" }],
    ["too short", 4, 300, { full: "pass", hold: "fail" }],
    ["perhaps in time, between two samples", 7, 700, { full: "unknown", hold: "pass" }],
  ])("%s", (_, offS, forS, expected) => {
    expect(verdicts(reportOf(samplesOf(offS, forS), "za-instantaneous"))).toEqual(expected);
  });

  test("a meter that is read once a second proves no 0.7 s", () => {
    const report = reportOf(samplesOf(1, 700), "nordic-ffr-49.5");
    expect(verdicts(report)["full"]).toBe("unknown");
    expect(verdicts(reportOf(samplesOf(0.5, 700, 50), "nordic-ffr-49.5"))["full"]).toBe("pass");
  });

  test("a frequency that stayed above asks for nothing; another grid's product is no measure", () => {
    const shallow = [
      series("frequencyHz", -30_000, 50, times(2_000, 49.8)),
      ...samplesOf(4, 700).slice(1),
    ];
    expect(verdicts(reportOf(shallow, "za-instantaneous"))["full"]).toBe("not-triggered");
    expect(verdicts(reportOf(samplesOf(1, 700), "ercot-ffr"))["full"]).toBe("unknown");
  });

  test("without a recording there is no verdict", () => {
    expect(verdicts(reportOf([], "za-instantaneous"))).toEqual({
      full: "unknown",
      hold: "unknown",
    });
    const [frequency, target] = samplesOf(4, 700);
    const deaf = [frequency, target].flatMap((each) => each ?? []);
    expect(verdicts(reportOf(deaf, "za-instantaneous"))["full"]).toBe("unknown");
  });

  test.each(productNames)("%s is whole", (name) => {
    const { fullMs, triggerHz, nominalHz, source } = products[name];
    expect(fullMs).toBeGreaterThan(0);
    expect(triggerHz).toBeLessThan(nominalHz);
    expect(source).not.toBe("");
    expect(reportOf(samplesOf(4, 700), name).criteria.length).toBeGreaterThan(0);
  });
});

test("times are ranges between samples, energy is against the load before", () => {
  const { commanded, metered, measured } = reportOf(samplesOf(4, 700));
  expect(commanded).toMatchObject({
    beforeKw: 500,
    shedKw: 500,
    half: { earliestMs: 0, latestMs: 0 },
  });
  expect(metered.half).toEqual({ earliestMs: 3_000, latestMs: 4_000 });
  expect(metered.returnFull).toEqual({ earliestMs: 703_000, latestMs: 704_000 });
  expect(metered.notDrawnKwh).toBeCloseTo((490 * 700) / 3_600, 6);
  expect(metered.coveredRatio).toBeCloseTo((704 + 60 + 4) / 900, 1);
  expect(measured.beforeKw).toBeUndefined(); // The miners said nothing.
});

test("a gap is no energy and no zero", () => {
  const [frequency, target] = samplesOf(4, 700);
  const torn = [
    series("meterKw", -30_000, 1_000, [...times(34, 500), ...times(100, 10)]),
    series("meterKw", 604_000, 1_000, [...times(100, 10), ...times(60, 500)]),
  ];
  const { metered } = reportOf([frequency, target, ...torn].flatMap((each) => each ?? []));
  // 5 s are believed of the last sample before the gap.
  expect(metered.notDrawnKwh).toBeCloseTo((490 * (99 + 5 + 100)) / 3_600, 3);
  expect(metered.coveredRatio).toBeLessThan(0.35);
});

test("a slope needs three points that fill its window", () => {
  const line = (count: number, stepMs: number): Curve =>
    Array.from({ length: count }, (_, index) => ({
      atMs: index * stepMs,
      value: -0.2 * index * stepMs,
    }));
  expect(slopePerS(line(21, 50), 1_000)).toBeCloseTo(-200, 6);
  expect(slopePerS(line(2, 1_000), 1_000)).toBeUndefined();
  expect(slopePerS(line(5, 50), 1_000)).toBeUndefined();
});

test("the page says what it knows, escapes what it was told, and asks nobody for anything", () => {
  const samples = samplesOf(4, 700);
  const html = eventHtml(reportOf(samples, "za-instantaneous"), curvesOf(samples));
  expect(html).toContain("Hill &amp; &lt;Dale&gt;");
  expect(html).toContain("m&lt;1&gt;");
  expect(html).not.toMatch(/<script|@import|url\(|href=|src=/);
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
  const empty = eventHtml(reportOf([], "za-instantaneous", { nadirHz: undefined }), curvesOf([]));
  expect(empty).toContain("unknown");
  expect(empty).not.toMatch(/NaN|Infinity|undefined/);
});

test("a spreadsheet gets no formula, and every figure its unit", () => {
  expect(csvText([["=1+1", 'a"b', -3, undefined]])).toBe('\'=1+1,"a""b",-3,\r\n');
  expect(eventCsv(reportOf(samplesOf(4, 700)))).toContain("metered: half latest,ms,4000");
});

const monthInput: MonthReportInput = {
  siteName: "Hill",
  month: "2026-01",
  fromAtMs: Date.UTC(2026, 0, 1),
  untilAtMs: Date.UTC(2026, 1, 1),
  events: [event],
  outages: [
    {
      kind: "outage",
      id: "meter/1",
      atMs: Date.UTC(2025, 11, 31),
      updatedAtMs: 0,
      what: "meter",
      subject: "poc",
      detail: "",
      endedAtMs: Date.UTC(2026, 0, 1, 1),
    },
  ],
  energyDays: [1, 2].map((day) => ({
    kind: "energyDay",
    id: `2026-01-0${day}`,
    atMs: Date.UTC(2026, 0, day),
    updatedAtMs: 0,
    energyKwh: 100,
    source: "counter",
    coveredRatio: 0.5,
    ...(day === 1 && { cost: 10, currency: "KES" }),
  })),
  // Two runs of the historian on one day: they add up.
  minerDays: [1, 2].map((part) => ({
    kind: "minerDay",
    id: `m1/${part}`,
    atMs: Date.UTC(2026, 0, 1, part),
    updatedAtMs: 0,
    day: "2026-01-01",
    minerId: "m1",
    hashingMs: 3_000,
    startingMs: 500,
    sleepingMs: 500,
    faultyMs: 0,
    unknownMs: 9_000,
    wantedMs: 4_000,
  })),
  cycles: ["off", "on", "off"].map((order, index) => ({
    kind: "cycle",
    id: `${index}`,
    atMs: startedAtMs,
    minerId: index === 2 ? "m2" : "m1",
    order: order === "off" ? "off" : "on",
    cyclesCount: 1,
    reason: "stage",
  })),
  frequencyMinutes: [],
};

test("a month adds up, and tells no bill that lacks days", () => {
  const report = monthReport(monthInput);
  expect(report).toMatchObject({
    energyKwh: 200,
    cost: undefined,
    energyCoveredRatio: 0.5,
    uptimeRatio: 0.75,
    availabilityRatio: 0.75,
    cyclesMinCount: 1,
    cyclesMaxCount: 1,
    frequencyMinHz: undefined,
    outages: [{ timesCount: 1, lastedMs: 3_600_000, isOpen: false }],
  });
  expect(report.miners).toMatchObject([
    { minerId: "m1", uptimeRatio: 0.75, cyclesCount: 1 },
    { minerId: "m2", uptimeRatio: undefined, cyclesCount: 1 },
  ]);
  for (const text of [monthHtml(report), monthCsv(report)]) {
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(text).toContain("m2");
  }
});

test("a month of which nothing is known is unknown", () => {
  const nothing = { events: [], outages: [], energyDays: [], minerDays: [], cycles: [] };
  const report = monthReport({ ...monthInput, ...nothing });
  expect(report.energyKwh).toBeUndefined();
  expect(report.cost).toBeUndefined();
  expect(monthHtml(report)).toContain("unknown");
});
