import { readFileSync } from "node:fs";
import { memoryStore, type RecordKind, type RecordOf } from "@ballast/history";
import { type Crossing, type EventReport, eventReport } from "@ballast/history/reports";
import { assertDefined } from "@ballast/kernel";
import { Scenario } from "@ballast/sim-plant";
import { beforeAll, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { buildSite, type SimulatedSite } from "./build-site.ts";
import { defineChecker } from "./checker.ts";

const file = new URL("../../../sim-plant/scenarios/gb-2019-08-09.yaml", import.meta.url);
const minerCount = 48;
const durationMs = 28 * 60_000;
const tickMs = 100;
const shippedMs = 5_000;
/** The meter is read each second, some milliseconds after the plant was; ticks add theirs. */
const slackMs = tickMs + 60;

interface Seen {
  readonly atMs: number;
  readonly kw: number;
  readonly frequencyHz: number;
}

/** What the plant did and what was published, written down by the test itself. */
const plantLog: Seen[] = [];
const targetLog: { readonly atMs: number; readonly targetKw: number; readonly phase: string }[] =
  [];
let site: SimulatedSite;
const database = memoryStore();
let report: EventReport;

/** The day as recorded, and calm afterwards: the scenario ends with the frequency still high. */
function scenario(): Scenario {
  const day = parse(readFileSync(file, "utf8"));
  day.grid.steps.push(
    { kind: "ramp", untilS: 640, toHz: 50.02 },
    { kind: "hold", untilS: durationMs / 1_000 },
  );
  return Scenario.parse({ ...day, durationS: durationMs / 1_000 });
}

async function rows<Kind extends RecordKind>(kind: Kind): Promise<readonly RecordOf<Kind>[]> {
  const read = await database.read(kind, { countMax: 1_000_000 });
  return read.ok ? read.value : [];
}

beforeAll(async () => {
  const watch = defineChecker("log", (truth) => ({
    onTick: (_, monoMs) => {
      const { powerKw, frequencyHz } = truth.plant.feederAt(monoMs);
      plantLog.push({ atMs: wallAt(monoMs), kw: powerKw, frequencyHz: frequencyHz ?? Number.NaN });
    },
    onMessage: ({ address, text }) => {
      if (address === "ballast/v1/load/target") targetLog.push(JSON.parse(text));
    },
  }));
  site = await buildSite({
    seed: 1,
    durationMs,
    minerCount,
    scenario: scenario(),
    checkers: [watch],
    database,
  });
  await site.run(durationMs);
  // Days are written at midnight, or at a stop; what was written is handed over by the next run.
  void site.restartOrderly("historian");
  await site.run(shippedMs);
  const events = await rows("gridEvent");
  expect(events).toHaveLength(1);
  report = eventReport({
    siteName: "Simulated site",
    nominalHz: 50,
    event: assertDefined(events[0], "one event"),
    samples: await rows("gridEventSamples"),
    cycles: await rows("cycle"),
    product: "za-instantaneous",
    stagesHz: [],
  });
});

const wallAt = (monoMs: number): number => {
  const { clock } = site;
  return clock.wallMs() - clock.monotonicMs() + monoMs;
};

const during = (atMs: number): boolean =>
  report.startedAtMs <= atMs && atMs <= (report.endedAtMs ?? 0);

/** The load before: the plant's mean over the calm seconds. */
function beforeKw(): number {
  const calm = plantLog.filter(
    ({ atMs }) => report.startedAtMs - 30_000 <= atMs && atMs <= report.startedAtMs - 5_000,
  );
  return calm.reduce((sumKw, { kw }) => sumKw + kw, 0) / calm.length;
}

const sinceStart = (atMs: number | undefined): number =>
  assertDefined(atMs, "it happened") - report.startedAtMs;

function expectWithin(crossing: Crossing | undefined, trueMs: number, slack = slackMs): void {
  const { earliestMs, latestMs } = assertDefined(crossing, "it is on the report");
  expect(trueMs).toBeGreaterThanOrEqual(earliestMs - slack);
  expect(trueMs).toBeLessThanOrEqual(latestMs + slack);
  expect(latestMs - earliestMs).toBeLessThanOrEqual(1_100);
}

const commandedKw = (): number => assertDefined(report.commanded.shedKw, "something was shed");

test("the event begins with the first shedding target", () => {
  const first = targetLog.find(({ phase }) => phase === "shedding");
  expect(Math.abs(sinceStart(first?.atMs))).toBeLessThanOrEqual(50); // One sample at 20 Hz.
});

test("nadir and fastest change are those of the recorded day", () => {
  const lowestHz = Math.min(...plantLog.map(({ frequencyHz }) => frequencyHz));
  expect(report.frequency.nadirHz).toBeCloseTo(lowestHz, 2); // The meter shows 0.001 Hz, at 20 Hz.
  expect(lowestHz).toBeCloseTo(48.787, 3);
  // The first two seconds of the fall, as the scenario's control points give them.
  expect(report.frequency.slopeMaxHzPerS).toBeCloseTo((49.71 - 50) / (95.5 - 93.49), 2);
});

test("what was commanded is what was on the bus", () => {
  const shedKw = commandedKw();
  const [fullKw = 0] = targetLog.map(({ targetKw }) => targetKw);
  const half = targetLog.find(({ targetKw }) => targetKw <= fullKw - shedKw / 2 + 1e-6);
  const all = targetLog.find(({ targetKw }) => targetKw <= fullKw - shedKw + 1e-6);
  const back = targetLog.filter(({ targetKw, atMs }) => targetKw < fullKw && during(atMs)).at(-1);
  expectWithin(report.commanded.half, sinceStart(half?.atMs), 1);
  expectWithin(report.commanded.full, sinceStart(all?.atMs), 1);
  expect(sinceStart(back?.atMs)).toBeLessThan(report.commanded.returnFull?.latestMs ?? 0);
  expect((report.commanded.returnFull?.latestMs ?? 0) - sinceStart(back?.atMs)).toBeLessThan(1_000);
});

test.each([
  ["half", 0.5],
  ["full", 0.95],
] as const)("the meter's time to %s holds the plant's own", (step, share) => {
  const aimKw = beforeKw() - commandedKw() * share;
  const reached = plantLog.find(({ atMs, kw }) => during(atMs) && kw <= aimKw);
  expectWithin(report.metered[step], sinceStart(reached?.atMs));
});

test("the meter's time of the full return holds the plant's own", () => {
  const lowestKw = Math.min(...plantLog.filter(({ atMs }) => during(atMs)).map(({ kw }) => kw));
  const aimKw = lowestKw + (beforeKw() - lowestKw) * 0.95;
  const down = plantLog.findLast(({ kw }) => kw < lowestKw + 1);
  const back = plantLog.find(({ atMs, kw }) => atMs > (down?.atMs ?? 0) && kw >= aimKw);
  // It rises slowly, and the noise of the load moves the moment by some seconds.
  expectWithin(report.metered.returnFull, sinceStart(back?.atMs), 5_000);
});

test("the energy not drawn is the plant's, within a hundredth", () => {
  const before = beforeKw();
  const kwMs = plantLog
    .filter(({ atMs }) => during(atMs))
    .reduce((sum, { kw }) => sum + Math.max(0, before - kw) * tickMs, 0);
  const notDrawnKwh = report.metered.notDrawnKwh ?? 0;
  expect(Math.abs(notDrawnKwh / (kwMs / 3_600_000) - 1)).toBeLessThan(0.01);
  expect(report.metered.coveredRatio).toBeGreaterThan(0.99);
});

test("what the miners say they gave up is what the plant lost", () => {
  const lowestKw = Math.min(...plantLog.filter(({ atMs }) => during(atMs)).map(({ kw }) => kw));
  // Some firmwares tell no power and count as their nameplate, or as their standby when asleep.
  expect(report.measured.shedKw ?? 0).toBeGreaterThan((beforeKw() - lowestKw) * 0.95);
  expect(report.measured.shedKw ?? 0).toBeLessThan((beforeKw() - lowestKw) * 1.05);
  // They are polled in turn: what they say comes later than what the meter sees, never before.
  const meteredMs = report.metered.half?.earliestMs ?? 0;
  expect(report.measured.half?.latestMs).toBeGreaterThanOrEqual(meteredMs);
  expect(report.measured.half?.latestMs).toBeLessThan(meteredMs + 10_000);
});

test("every stop of the plant is a cycle in the report", () => {
  expect(report.units.stopsCount).toBe(site.plant.counts().stopsCount);
  expect(report.units.stopsCount).toBe(minerCount);
  expect(report.units.unresponsiveIds).toEqual([]);
});

test("the product's full response is judged by the plant's own time", () => {
  const trigger = plantLog.find(({ frequencyHz }) => frequencyHz <= 49.5);
  const aimKw = beforeKw() - commandedKw() * 0.95;
  const reached = plantLog.find(({ atMs, kw }) => during(atMs) && kw <= aimKw);
  const tookMs = (reached?.atMs ?? 0) - (trigger?.atMs ?? 0);
  const full = report.criteria.find(({ name }) => name === "full");
  expectWithin(full?.observed, tookMs);
  if (full?.verdict === "pass") expect(tookMs).toBeLessThanOrEqual(6_000 + slackMs);
  if (full?.verdict === "fail") expect(tookMs).toBeGreaterThan(6_000 - slackMs);
  expect(full?.verdict).not.toBe("not-triggered");
});

test("the day's energy is what the plant drew", async () => {
  const [day] = await rows("energyDay");
  const energyKwh = (seen: readonly Seen[]): number =>
    seen.reduce((sumKwh, { kw }) => sumKwh + (kw * tickMs) / 3_600_000, 0);
  // The counter shows whole kilowatt-hours and is read once a minute: the last one may be missing.
  const drawnKwh = energyKwh(plantLog);
  const lastMinuteKwh = energyKwh(plantLog.slice(-600));
  expect(day?.energyKwh).toBeLessThanOrEqual(drawnKwh + 1);
  expect(day?.energyKwh).toBeGreaterThanOrEqual(drawnKwh - lastMinuteKwh - 1);
});

test("each miner's day adds up to the time that was watched", async () => {
  const days = await rows("minerDay");
  expect(days).toHaveLength(minerCount);
  for (const { hashingMs, startingMs, sleepingMs, faultyMs, unknownMs } of days) {
    const sumMs = hashingMs + startingMs + sleepingMs + faultyMs + unknownMs;
    expect(Math.abs(sumMs - durationMs)).toBeLessThan(15_000);
    expect(sleepingMs).toBeGreaterThan(0);
  }
});
