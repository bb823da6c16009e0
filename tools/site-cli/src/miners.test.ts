import { memoryBroker, openBus } from "@ballast/bus";
import { minerReading, minerStatus, type PayloadOf } from "@ballast/contracts";
import { seededRandom, silentLog, silentMetrics, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { isStale, minerRows, minersJson, minersTable } from "./miners.ts";
import { minersFromBus, roundWaitMs } from "./miners-from-bus.ts";

const nowAtMs = 1_000_000;
const rows = minerRows(
  ["m2", "m3"],
  [
    { minerId: "m2", atMs: nowAtMs - 1_500, mode: "hashing", powerW: 3_412.4, faults: [] },
    { minerId: "m1", atMs: nowAtMs - 31_000, mode: "sleeping", powerW: 0 },
  ],
);

test("who is known and who was read stand together, in order", () => {
  expect(rows.map(({ minerId }) => minerId)).toEqual(["m1", "m2", "m3"]);
  expect(rows.map((row) => isStale(row, nowAtMs))).toEqual([true, false, true]);
});

test("people get a table in which unknown is a dash, and zero is zero", () => {
  const [head = "", first, second, third] = minersTable(rows, nowAtMs).split("\n");
  expect(head).toMatch(/^miner +age s +wanted +mode +health +W/);
  expect(first).toMatch(/^m1 +31\.0 +- +sleeping +- +0 /);
  expect(second).toMatch(/^m2 +1\.5 +- +hashing +- +3412 /);
  expect(third).toMatch(/^m3 +- +- +- +- +- /);
});

test("programs get one object a line, and what is unknown is not there", () => {
  const [first = "", , third = ""] = minersJson(rows, nowAtMs).split("\n");
  expect(JSON.parse(first)).toMatchObject({ minerId: "m1", ageMs: 31_000, isStale: true });
  expect(JSON.parse(third)).toEqual({ minerId: "m3", isStale: true });
});

const status: PayloadOf<typeof minerStatus> = {
  atMs: 1,
  wanted: "run",
  mode: "unknown",
  health: "unreachable",
  cyclesCount: 4,
};
const reading: PayloadOf<typeof minerReading> = {
  atMs: 2,
  mode: "hashing",
  powerSource: "unknown",
  boardTemperaturesC: [],
  fansRpm: [],
  pools: [],
  faults: [],
};

function openSite() {
  const clock = virtualClock();
  const broker = memoryBroker({ clock, random: seededRandom(1) });
  const busAs = (as: "asic-controller" | "site-tools") =>
    openBus({ as, transport: broker.connect(as), clock, log: silentLog, metrics: silentMetrics });
  return { clock, controller: busAs("asic-controller"), tools: busAs("site-tools") };
}

test("without Redis one round on the bus shows all, and ends as soon as all have spoken", async () => {
  const { clock, controller, tools } = openSite();
  await controller.publish(minerStatus, { minerId: "m1" }, { ...status, health: "ok" });
  await clock.advance(1_000);
  clock.every(
    5_000,
    "poll",
    () => void controller.publish(minerReading, { minerId: "m1" }, reading),
  );
  const listening = minersFromBus(tools, clock);
  await clock.advance(6_000);
  expect(await listening).toMatchObject([
    { minerId: "m1", atMs: 2, mode: "hashing", health: "ok", cyclesCount: 4 },
  ]);
});

test("who says nothing is in the round as well, without a reading", async () => {
  const { clock, controller, tools } = openSite();
  await controller.publish(minerStatus, { minerId: "m1" }, status);
  const listening = minersFromBus(tools, clock);
  await clock.advance(roundWaitMs + 1_000);
  const [row] = await listening;
  expect(row).toMatchObject({ minerId: "m1", mode: "unknown", health: "unreachable" });
  expect(row?.atMs).toBeUndefined();
});
