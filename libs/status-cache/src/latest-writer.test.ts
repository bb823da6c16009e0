import { fail, ok, type Result, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { LatestReading } from "./latest-reading.ts";
import { LatestWriter } from "./latest-writer.ts";

const reading = (minerId: string, cyclesCount: number): LatestReading =>
  LatestReading.parse({
    minerId,
    atMs: 1,
    mode: "hashing",
    powerSource: "unknown",
    boardTemperaturesC: [],
    fansRpm: [],
    pools: [],
    faults: [],
    wanted: "run",
    health: "ok",
    cyclesCount,
  });

function openWriter() {
  const clock = virtualClock();
  const writes: string[][] = [];
  const troubles: (string | undefined)[] = [];
  const outcomes: (string | undefined)[] = [];
  const state = { isAway: false, answerMs: 0 };
  const writer = new LatestWriter({
    cache: {
      write: async (readings): Promise<Result<void>> => {
        writes.push(readings.map(({ minerId, cyclesCount }) => `${minerId}:${cyclesCount}`));
        if (state.answerMs > 0) await clock.sleep(state.answerMs);
        return state.isAway ? fail("cache.away", "gone") : ok(undefined);
      },
      readAll: async () => ok({ readings: [], rejectedCount: 0 }),
      read: async () => ok(undefined),
      close: async () => undefined,
    },
    settings: { gatherMs: 250, expiryMs: 60_000 },
    clock,
    metrics: {
      count: (_, labels) => outcomes.push(labels?.["outcome"]),
      gauge: () => undefined,
      observe: () => undefined,
    },
    onTrouble: (detail) => troubles.push(detail),
  });
  return { clock, outcomes, state, troubles, writer, writes };
}

test("what comes in a quarter of a second is written together, the latest of each miner", async () => {
  const { clock, writer, writes } = openWriter();
  for (const cyclesCount of [1, 2, 3]) writer.put(reading("m1", cyclesCount));
  writer.put(reading("m2", 1));
  await clock.advance(249);
  expect(writes).toEqual([]);
  await clock.advance(60_000);
  expect(writes).toEqual([["m1:3", "m2:1"]]);
});

test("a slow cache gets one write at a time, and then what has come in meanwhile", async () => {
  const { clock, state, writer, writes } = openWriter();
  state.answerMs = 5_000;
  writer.put(reading("m1", 1));
  await clock.advance(300);
  for (const cyclesCount of [2, 3]) writer.put(reading("m1", cyclesCount));
  await clock.advance(4_000);
  expect(writes).toHaveLength(1);
  await clock.advance(10_000);
  expect(writes).toEqual([["m1:1"], ["m1:3"]]);
});

test("while the cache is away the latest wait for it; trouble is told and taken back", async () => {
  const { clock, outcomes, state, troubles, writer, writes } = openWriter();
  state.isAway = true;
  writer.put(reading("m1", 1));
  await clock.advance(3_500);
  writer.put(reading("m1", 2));
  state.isAway = false;
  await clock.advance(10_000);
  expect(writes).toEqual([["m1:1"], ["m1:1"], ["m1:1"], ["m1:1"], ["m1:2"]]);
  expect(troubles).toEqual(["gone", "gone", "gone", "gone", undefined]);
  expect(outcomes.at(0)).toBe("cache.away");
  expect(outcomes.at(-1)).toBe("written");
});

test("what has waited longer than it would have been kept is not written", async () => {
  const { clock, state, writer, writes } = openWriter();
  state.isAway = true;
  writer.put(reading("m1", 1));
  await clock.advance(50_000);
  writer.put(reading("m2", 1));
  await clock.advance(20_000);
  expect(writes.at(-1)).toEqual(["m2:1"]);
});

test("the wait has room for two fleets, and for the latest of those in it", async () => {
  const { clock, outcomes, state, writer, writes } = openWriter();
  state.isAway = true;
  for (let index = 0; index < 20_001; index += 1) writer.put(reading(`m${index}`, 1));
  writer.put(reading("m0", 2));
  await clock.advance(250);
  expect(outcomes.filter((outcome) => outcome === "overflow")).toHaveLength(1);
  expect(writes[0]).toHaveLength(20_000);
  expect(writes[0]?.[0]).toBe("m0:2");
});

test("after the end nothing is written and nobody is told", async () => {
  const { clock, state, troubles, writer, writes } = openWriter();
  state.answerMs = 1_000;
  writer.put(reading("m1", 1));
  await clock.advance(300);
  await writer.close();
  writer.put(reading("m1", 2));
  await clock.advance(10_000);
  expect(writes).toHaveLength(1);
  expect(troubles).toEqual([]);
});
