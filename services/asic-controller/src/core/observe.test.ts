import type { MinerReading } from "@ballast/miner-drivers";
import { expect, test } from "@jest/globals";
import { policy, unitOf } from "../../test/units.ts";
import { evidenceOf, miss, observe } from "./observe.ts";
import type { Evidence } from "./unit.ts";

const readingOf = (changes: Partial<MinerReading>): MinerReading => ({
  mode: "hashing",
  powerSource: "unknown",
  boardTemperaturesC: [],
  fansRpm: [],
  pools: [],
  faults: [],
  ...changes,
});

const looks: readonly (readonly [string, Partial<MinerReading>, Evidence])[] = [
  ["a sleeper with 30 W", { mode: "sleeping", powerW: 30, powerSource: "measured" }, "asleep"],
  ["a liar", { mode: "sleeping", powerW: 3_400, powerSource: "measured" }, "awake"],
  ["a sleeper without hashrate", { mode: "sleeping", hashrateThs: 0 }, "asleep"],
  ["a liar without a power meter", { mode: "sleeping", hashrateThs: 190 }, "awake"],
  [
    "a sleeper with a nameplate only",
    { mode: "sleeping", powerW: 30, powerSource: "nameplate" },
    "unclear",
  ],
  ["a sleeper that tells nothing", { mode: "sleeping" }, "unclear"],
  ["one that still calls it hashing", { powerW: 38, powerSource: "estimated" }, "asleep"],
  ["one whose hashrate begins to rise", { hashrateThs: 5 }, "awake"],
  ["one that boots", { mode: "starting", powerW: 300, powerSource: "measured" }, "awake"],
  ["one without a pool", { mode: "no-pool", powerW: 300, powerSource: "measured" }, "awake"],
  [
    "one of unknown mode at rest",
    { mode: "unknown", powerW: 30, powerSource: "estimated" },
    "asleep",
  ],
  ["one that only says that it hashes", { mode: "hashing" }, "awake"],
];
test.each(looks)("%s", (_, reading, evidence) => {
  expect(evidenceOf(readingOf(reading), unitOf(0).facts, policy)).toBe(evidence);
});

test("hashrate is judged by what the unit usually does", () => {
  const { facts } = unitOf(0, { facts: { expectedThs: undefined } });
  const almost = readingOf({ mode: "sleeping", hashrateThs: 15 });
  // Of an unknown model only the least is known: 3.5 kW at 110 J/TH are 32 TH/s.
  expect(evidenceOf(almost, facts, policy)).toBe("awake");
  expect(evidenceOf({ ...almost, hashrateThs: 3 }, facts, policy)).toBe("asleep");
  expect(evidenceOf({ ...almost, expectedThs: 200 }, facts, policy)).toBe("asleep");
  expect(evidenceOf(almost, unitOf(0).facts, policy)).toBe("asleep");
});

test("small miners rest at a larger share of their rating", () => {
  const { facts } = unitOf(0, { facts: { ratedW: 15, standbyW: 4 } });
  const reading = readingOf({ mode: "sleeping", powerW: 4, powerSource: "measured" });
  expect(evidenceOf(reading, facts, policy)).toBe("asleep");
});

test("a unit that ran before our start is warm at once; one that was woken is not", () => {
  const reading = readingOf({ powerW: 3_400, powerSource: "measured", uptimeMs: 900_000 });
  const found = unitOf(0, { state: { hearing: "unheard" } });
  expect(observe(found, reading, 1_000_000, policy).hashingSinceMonoMs).toBe(100_000);
  expect(observe(unitOf(0), reading, 1_000_000, policy).hashingSinceMonoMs).toBe(1_000_000);
});

test("a restart ends a series of stops, so the next reading begins a new one", () => {
  const attempt = { count: 60, firstMonoMs: 0, lastMonoMs: 0, outcome: "accepted" } as const;
  const tired = { wanted: "sleep", attempt, uptimeMs: 900_000 } as const;
  const reading = readingOf({ hashrateThs: 190, uptimeMs: 5_000 });
  expect(observe(unitOf(0, { state: tired }), reading, 1, policy).attempt).toBeUndefined();
  const grown = { ...reading, uptimeMs: 900_001 };
  expect(observe(unitOf(0, { state: tired }), grown, 1, policy).attempt).toBe(attempt);
  const back = { ...tired, hearing: "unreachable" } as const;
  expect(observe(unitOf(0, { state: back }), grown, 1, policy).attempt).toBeUndefined();
  const pending = { ...tired, attempt: { ...attempt, outcome: "pending" as const } };
  expect(observe(unitOf(0, { state: pending }), reading, 1, policy).attempt).toBe(pending.attempt);
});

test("faults and heat put a unit first in line", () => {
  const observed = (changes: Partial<MinerReading>) =>
    observe(unitOf(0), readingOf(changes), 1, policy).isFaulty;
  expect(observed({})).toBe(false);
  expect(observed({ chipTemperatureMaxC: 94 })).toBe(false);
  expect(observed({ chipTemperatureMaxC: 95 })).toBe(true);
  expect(observed({ mode: "fault" })).toBe(true);
});

test("only age makes a unit unreachable, and a command under way has its own clock", () => {
  const lost = { hearing: "unreachable", evidence: "unclear" };
  const missAt = (nowMonoMs: number, state = {}) =>
    miss(unitOf(0, { state }), nowMonoMs, 0, policy);
  const nothing = (nowMonoMs: number) => ({ missedMonoMs: nowMonoMs });
  expect(missAt(30_000)).toEqual(nothing(30_000));
  expect(missAt(30_001)).toMatchObject(lost);
  const attempt = { count: 1, firstMonoMs: 0, lastMonoMs: 0, outcome: "accepted" } as const;
  expect(missAt(40_000, { attempt })).toEqual(nothing(40_000));
  expect(missAt(40_000, { attempt, isUnresponsive: true })).toMatchObject(lost);
  const unheard = { hearing: "unheard", askedMonoMs: undefined };
  expect(missAt(9_999, unheard)).toEqual(nothing(9_999));
  expect(missAt(10_000, unheard)).toMatchObject(lost);
});
