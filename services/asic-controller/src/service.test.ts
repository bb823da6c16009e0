import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryBroker, openBus } from "@ballast/bus";
import { fleetStatus, loadTarget, minerCycle, minerReading, minerStatus } from "@ballast/contracts";
import {
  memoryStorage,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { launch } from "@ballast/runtime";
import { openFace, simulatedDriverIds, virtualExchange } from "@ballast/sim-devices";
import { createPlant, fleetOf } from "@ballast/sim-plant";
import { openStatusCache } from "@ballast/status-cache";
import { expect, test } from "@jest/globals";
import { AsicControllerConfig } from "./config.ts";
import { asicController } from "./service.ts";

const calm = { kind: "script", steps: [{ kind: "hold", untilS: 3_600 }] } as const;

/** The very service that runs on site, between a broker and simulated miners of every firmware. */
async function openSite(minerCount: number) {
  const clock = virtualClock();
  const random = seededRandom(3);
  const plant = createPlant({
    seed: 3,
    scenario: { grid: calm, nominalHz: 50 },
    miners: fleetOf(minerCount),
    startMonoMs: 0,
  });
  const network = virtualExchange({ clock, random });
  const miners = plant.miners.map((miner, index) => {
    const driver = simulatedDriverIds[index % simulatedDriverIds.length];
    if (driver === undefined) throw new Error("there is no firmware to simulate");
    const host = `10.0.${index >> 8}.${index & 255}`;
    const face = openFace(driver, { miner, random: random.fork(miner.id) });
    network.attach({ host, port: 4_028 }, face);
    return { id: miner.id, host, driver, ratedW: miner.spec.ratedW };
  });
  const broker = memoryBroker({ clock, random });
  const neighbour = openBus({
    as: "load-controller",
    transport: broker.connect("load-controller"),
    clock,
    log: silentLog,
    metrics: silentMetrics,
  });
  await clock.advance(100);
  const site = { targetKw: minerCount * 3.5 };
  clock.every(200, "target", () => {
    const isFull = site.targetKw === minerCount * 3.5;
    void neighbour.publish(
      loadTarget,
      {},
      {
        atMs: clock.wallMs(),
        targetKw: site.targetKw,
        binding: isFull ? "none" : "frequency",
        phase: "normal",
        decisionId: "d7",
      },
    );
  });
  const launching = launch(asicController, {
    config: AsicControllerConfig.parse({ miners }),
    site: { id: "test", name: "Test", nominalHz: 50 },
    clock,
    random,
    log: silentLog,
    metrics: silentMetrics,
    storage: memoryStorage(),
    connect: (name, will) => broker.connect(name, will),
    busWaitMs: 1_000,
    version: "test",
    ports: { exchange: network.exchange, openCache: openStatusCache },
  });
  await clock.advance(1_000);
  await launching;
  return { clock, neighbour, plant, site };
}

test("miners of every firmware follow the target down and up again, and the bus hears of it", async () => {
  const { clock, neighbour, plant, site } = await openSite(30);
  const drawnKw = (): number => plant.minersKwAt(clock.monotonicMs());
  const cycleOf = new Map<string, string>(); // No historian is here, so cycles are said again.
  await neighbour.subscribe(minerCycle, ({ payload }) => {
    cycleOf.set(payload.cycleId, `${payload.kind} ${payload.decisionId}`);
  });
  const cycles = (): readonly string[] => [...cycleOf.values()];
  let status: Readonly<Record<string, unknown>> = {};
  await neighbour.subscribe(fleetStatus, ({ payload }) => {
    status = payload;
  });
  const told = new Set<string>();
  await neighbour.subscribe(minerStatus, ({ params }) => told.add(params.minerId));
  const read = new Set<string>();
  await neighbour.subscribe(minerReading, ({ params }) => read.add(params.minerId));

  await clock.advance(120_000);
  expect(status).toMatchObject({ isReadBack: true, minerCount: 30, hashingCount: 30 });
  expect([told.size, read.size]).toEqual([30, 30]);
  expect(cycles()).toEqual([]);

  site.targetKw = 35;
  await clock.advance(90_000);
  expect(drawnKw()).toBeLessThanOrEqual(36);
  expect(status).toMatchObject({ sleepingCount: 20, unresponsiveCount: 0, targetKw: 35 });
  expect(cycles()).toEqual(Array.from({ length: 20 }, () => "off d7"));

  site.targetKw = 105;
  await clock.advance(20 * 60_000);
  expect(drawnKw()).toBeGreaterThan(100);
  expect(status).toMatchObject({ hashingCount: 30, cyclesMinCount: 0, cyclesMaxCount: 1 });
  expect(cycles()).toHaveLength(40);
});

test("a fleet file with mistakes stops the start with all of them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ballast-fleet-"));
  const fleetCsv = join(folder, "fleet.csv");
  await writeFile(fleetCsv, "id,host,driver\nm1,10.0.0.1,luxos\nm2,10.0.0.2,toaster\n");
  const start = (path: string) =>
    asicController.start({ config: AsicControllerConfig.parse({ fleetCsv: path }) } as never);
  await expect(start(fleetCsv)).rejects.toThrow(/Line 3: driver.*\n.*m1 needs ratedW/);
  await expect(start(`${fleetCsv}.missing`)).rejects.toThrow("cannot be read");
  await rm(folder, { recursive: true });
});
