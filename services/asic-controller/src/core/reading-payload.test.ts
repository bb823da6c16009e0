import { minerReading } from "@ballast/contracts";
import type { MinerReading } from "@ballast/miner-drivers";
import { expect, test } from "@jest/globals";
import { readingPayload } from "./reading-payload.ts";

const bare: MinerReading = {
  mode: "unknown",
  powerSource: "unknown",
  boardTemperaturesC: [],
  fansRpm: [],
  pools: [],
  faults: [],
};

test("what a miner does not say stays unsaid", () => {
  const said = minerReading.payload.parse(readingPayload(bare, 5));
  expect(JSON.parse(JSON.stringify(said))).toEqual({
    atMs: 5,
    mode: "unknown",
    powerSource: "unknown",
    boardTemperaturesC: [],
    fansRpm: [],
    pools: [],
    faults: [],
  });
});

test("an overlong or crooked reading still fits the bus, and shows no credentials", () => {
  const url = "stratum+tcp://worker:hunter2@pool.example:3333";
  const reading: MinerReading = {
    ...bare,
    uptimeMs: 1_000.4,
    acceptedCount: -1,
    boardTemperaturesC: Array.from({ length: 40 }, () => 60),
    fansRpm: Array.from({ length: 40 }, () => 6_000),
    pools: Array.from({ length: 40 }, () => ({ url, status: "alive" as const })),
    faults: Array.from({ length: 40 }, () => ({ code: "E1", text: "x".repeat(9_000) })),
  };
  const said = minerReading.payload.parse(readingPayload(reading, 5));
  expect(said).toMatchObject({ uptimeMs: 1_000, acceptedCount: undefined });
  expect(said.pools[0]).toEqual({
    url: "stratum+tcp://pool.example:3333",
    user: "",
    isActive: false,
    isAlive: true,
  });
});
