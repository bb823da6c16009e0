import type { HistoryRecord } from "@ballast/history/records";
import { expect, test } from "@jest/globals";
import { Conditions } from "./conditions.ts";
import { DecisionFilter } from "./decision-filter.ts";
import { counterGapMaxMs, EnergyDays, powerGapMaxMs } from "./energy-days.ts";
import { MinerDays } from "./miner-days.ts";
import { priceAt, type Tariff } from "./tariff.ts";

const startAtMs = Date.UTC(2026, 0, 5);
const hourMs = 3_600_000;
const flat: Tariff = { kind: "flat", currency: "KES", pricePerKwh: 20 };

const counted = (atMs: number, counterKwh: number, source = "meter/poc") => ({
  source,
  atMs,
  counterKwh,
  powerKw: 1_000,
});
const measured = (atMs: number, powerKw: number) => ({
  source: "meter/poc",
  atMs,
  powerKw,
  counterKwh: undefined,
});

test("a counter counts, also over an absence and midnight, and power beside it does not", () => {
  const energy = new EnergyDays("UTC", flat);
  energy.add(counted(startAtMs + 22 * hourMs, 100));
  energy.add(measured(startAtMs + 22 * hourMs + 1_000, 500));
  energy.add(counted(startAtMs + 26 * hourMs, 140));
  const days = energy.tell(startAtMs + 26 * hourMs);
  expect(days.map(({ id, energyKwh, cost }) => [id, energyKwh, cost])).toEqual([
    ["2026-01-05", expect.closeTo(20, 9), expect.closeTo(400, 6)],
    ["2026-01-06", expect.closeTo(20, 9), expect.closeTo(400, 6)],
  ]);
  expect(energy.tell(startAtMs + 26 * hourMs)).toEqual([]); // Nothing has grown since.
});

test("a day that was told grows on when the counter is read after midnight", () => {
  const energy = new EnergyDays("UTC", undefined);
  const midnightAtMs = startAtMs + 24 * hourMs;
  energy.add(counted(midnightAtMs - 60_000, 0));
  energy.add(counted(midnightAtMs - 30_000, 5));
  energy.tell(midnightAtMs + 1_000);
  energy.add(counted(midnightAtMs + 30_000, 15));
  const [yesterday] = energy.tell(midnightAtMs + 31_000);
  expect(yesterday).toMatchObject({ id: "2026-01-05", energyKwh: expect.closeTo(10, 9) });
});

test.each([
  ["was replaced by a lower one", 1_000, 3, hourMs],
  ["leapt", 1_000, 200_000_000, hourMs],
  ["was away too long", 1_000, 2_000, counterGapMaxMs + 1],
])("a counter that %s adds nothing", (_, from, to, afterMs) => {
  const energy = new EnergyDays("UTC", undefined);
  energy.add(counted(startAtMs, from));
  energy.add(counted(startAtMs + afterMs, to));
  energy.add(counted(startAtMs + afterMs + 1_000, to + 1));
  const sumKwh = energy
    .tell(startAtMs + afterMs + 1_000)
    .reduce((sum, day) => sum + day.energyKwh, 0);
  expect(sumKwh).toBeCloseTo(1, 9);
});

test("another meter's counter has nothing to do with the first", () => {
  const energy = new EnergyDays("UTC", undefined);
  energy.add(counted(startAtMs, 100));
  energy.add(counted(startAtMs + 60_000, 150, "meter/other"));
  expect(energy.tell(startAtMs + 60_000)).toEqual([]);
});

test("power is integrated, what flows back is not subtracted, and gaps stay gaps", () => {
  const energy = new EnergyDays("UTC", undefined);
  for (let second = 0; second <= 3_600; second += 1) {
    energy.add(measured(startAtMs + second * 1_000, second < 1_800 ? 100 : -100));
  }
  energy.add(measured(startAtMs + hourMs + powerGapMaxMs + 1, 100));
  const [day] = energy.tell(startAtMs + 2 * hourMs);
  expect(day?.energyKwh).toBeCloseTo(50, 1);
  expect(day).toMatchObject({ source: "integrated", coveredRatio: 0.5 });
  expect(day).not.toHaveProperty("cost");
});

test("a restart goes on with the day, and its counter bridges the absence", () => {
  const before = new EnergyDays("UTC", flat);
  before.add(counted(startAtMs, 0));
  before.add(counted(startAtMs + hourMs, 10));
  const after = new EnergyDays("UTC", flat, before.memory);
  after.add(counted(startAtMs + 3 * hourMs, 30));
  expect(after.tell(startAtMs + 3 * hourMs)).toMatchObject([{ energyKwh: 30, coveredRatio: 1 }]);
});

test("the hour of the tariff is that of the site's clocks", () => {
  const prices = Array.from({ length: 24 }, (_, hour) => hour);
  const tariff: Tariff = { kind: "hours", currency: "KES", workdayPricesPerKwh: prices };
  const energy = new EnergyDays("Africa/Nairobi", tariff); // Three hours ahead of UTC.
  energy.add(counted(startAtMs, 0));
  energy.add(counted(startAtMs + hourMs, 2));
  expect(energy.tell(startAtMs + hourMs)).toMatchObject([{ id: "2026-01-05", cost: 6 }]);
  const weekend = { ...tariff, weekendPricesPerKwh: prices.map(() => 1) };
  expect(priceAt(weekend, { day: "", hour: 7, weekday: 6 })).toBe(1);
  expect(priceAt(weekend, { day: "", hour: 7, weekday: 5 })).toBe(7);
});

const decision = (
  phase: "normal" | "restoring" | "shedding",
  targetKw: number,
  beforeKw: number,
) => ({
  atMs: 0,
  decisionId: `${targetKw}`,
  reason: "release",
  phase,
  targetKw,
  targetBeforeKw: beforeKw,
  binding: "frequency" as const,
  caps: [],
  meters: [],
});

test("a ramp is thinned to one a second; its end, news and every fall are kept", () => {
  const filter = new DecisionFilter();
  const kept: number[] = [];
  const add = (each: ReturnType<typeof decision>, monoMs: number): void => {
    kept.push(...filter.add(each, monoMs).map(({ targetKw }) => targetKw));
  };
  for (let index = 0; index < 20; index += 1) {
    add(decision("restoring", index + 1, index), index * 100);
  }
  expect(kept).toEqual([1, 11]);
  expect(filter.tick(1_950)).toEqual([]);
  kept.push(...filter.tick(2_100).map(({ targetKw }) => targetKw));
  add(decision("restoring", 21, 20), 2_150);
  add(decision("shedding", 5, 21), 2_200);
  add(decision("shedding", 0, 5), 2_201);
  expect(kept).toEqual([1, 11, 20, 21, 5, 0]);
});

const alarm = (isRaised: boolean, sinceAtMs: number) => ({
  atMs: sinceAtMs,
  code: "meter.lost" as const,
  subject: "poc",
  isRaised,
  sinceAtMs,
  detail: "silent",
});

test("an outage and its alert begin and end with the alarm, also over a restart", () => {
  const records: HistoryRecord[] = [];
  const write = (record: HistoryRecord): void => void records.push(record);
  const before = new Conditions(write);
  before.alarm("grid-meter", alarm(true, 1_000));
  before.alarm("grid-meter", alarm(true, 1_000)); // A state is said again and again.
  expect(records.map(({ kind }) => kind)).toEqual(["alert", "outage"]);
  const after = new Conditions(write, before.memory);
  after.alarm("grid-meter", alarm(true, 1_000));
  after.alarm("grid-meter", alarm(false, 9_000));
  expect(records.slice(2)).toMatchObject([
    { kind: "alert", id: records[0]?.id, endedAtMs: 9_000 },
    { kind: "outage", id: records[1]?.id, endedAtMs: 9_000, what: "meter", subject: "poc" },
  ]);
  after.alarm("grid-meter", alarm(false, 9_000));
  expect(records).toHaveLength(4);
});

test("a service that vanished was out until it runs again", () => {
  const records: HistoryRecord[] = [];
  const conditions = new Conditions((record) => void records.push(record));
  const says = (state: "gone" | "running", atMs: number) => ({
    atMs,
    state,
    version: "1",
    startedAtMs: 0,
  });
  // The word `gone` was spoken at the start of the run; it arrives when the service vanishes.
  conditions.service("historian", says("gone", 1), 5_000);
  conditions.service("historian", says("running", 8_000), 8_000);
  expect(records.at(-1)).toMatchObject({ atMs: 5_000, endedAtMs: 8_000, what: "service" });
});

test("a miner's hours are told by mode; while its controller is silent, nobody knows", () => {
  const days = new MinerDays("UTC");
  const at = (seconds: number) => ({ atMs: startAtMs + seconds * 1_000, monoMs: seconds * 1_000 });
  const status = (mode: "hashing" | "sleeping", wanted: "run" | "sleep") => ({
    atMs: 0,
    mode,
    wanted,
    health: "ok" as const,
    cyclesCount: 0,
  });
  days.heard(at(0));
  days.status("m1", status("hashing", "run"), at(0));
  for (let second = 1; second <= 100; second += 1) days.heard(at(second));
  days.status("m1", status("sleeping", "sleep"), at(100));
  days.heard(at(160)); // A minute of silence, of which ten seconds are believed.
  const [day] = days.tell(at(160));
  expect(day).toMatchObject({
    minerId: "m1",
    day: "2026-01-05",
    hashingMs: 100_000,
    sleepingMs: 10_000,
    unknownMs: 50_000,
    wantedMs: 100_000,
  });
});

test("at midnight each miner's day is told, and the next begins at zero", () => {
  const days = new MinerDays("UTC");
  const at = (seconds: number) => ({ atMs: startAtMs + seconds * 1_000, monoMs: seconds * 1_000 });
  days.status(
    "m1",
    { atMs: 0, mode: "hashing", wanted: "run", health: "ok", cyclesCount: 0 },
    at(86_300),
  );
  expect(days.tick(at(86_399))).toEqual([]);
  const [first] = days.tick(at(86_400));
  const [second] = days.tell(at(86_460));
  expect(first).toMatchObject({ day: "2026-01-05", hashingMs: 100_000 });
  expect(second).toMatchObject({ day: "2026-01-06", hashingMs: 60_000 });
  expect(second?.id).not.toBe(first?.id);
});
