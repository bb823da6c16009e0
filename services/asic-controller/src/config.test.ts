import { expect, test } from "@jest/globals";
import { AsicControllerConfig } from "./config.ts";
import { planFleet } from "./fleet-plan.ts";
import { MinerEntry } from "./miner-entry.ts";

const miner = { id: "m1", host: "10.0.0.1", driver: "luxos", model: "Antminer S21" };
const problemsOf = (config: unknown): readonly string[] =>
  AsicControllerConfig.safeParse(config).error?.issues.map(({ message }) => message) ?? [];

test("a list of miners is all that a site must write", () => {
  const config = AsicControllerConfig.parse({ miners: [miner] });
  expect(config).toMatchObject({
    fleetId: "main",
    policy: { bootHoldMs: 60_000, minOffMs: 300_000, batchSpacingMs: 15_000 },
    traffic: { commandsParallelCount: 1_024, pollMs: 10_000 },
  });
  expect(planFleet(config.miners).miners[0]?.facts).toMatchObject({ ratedW: 3_500, phase: "3p" });
});

test("what is wrong is a sentence", () => {
  expect(problemsOf({})).toEqual(["The fleet is empty: list miners, or name a fleetCsv."]);
  expect(problemsOf({ miners: [miner, miner] })).toEqual(["The miner m1 is listed twice."]);
  expect(problemsOf({ miners: [{ ...miner, model: undefined }] })).toEqual([
    "The miner m1 needs ratedW: its power is not known from a model.",
  ]);
  expect(problemsOf({ miners: [{ ...miner, model: "Toaster" }] })).toEqual([
    "The miner m1 needs ratedW: its power is not known from Toaster.",
  ]);
  expect(problemsOf({ miners: [{ ...miner, driver: "toaster" }] })).toHaveLength(1);
  expect(problemsOf({ miners: [miner], pollicy: {} })).toHaveLength(1);
  expect(problemsOf({ miners: [miner], cache: { expiryMs: 10_000 } })).toEqual([
    expect.stringContaining("longer than traffic.pollMs"),
  ]);
});

test("a written rating goes before the model's", () => {
  const { miners } = planFleet([MinerEntry.parse({ ...miner, ratedW: 3_600 })]);
  expect(miners[0]?.facts).toMatchObject({ ratedW: 3_600, expectedThs: 200 });
});
