import { memoryBroker, type Outgoing, openBus } from "@ballast/bus";
import {
  addressOf,
  fleetStatus,
  gridFrequency,
  loadCap,
  loadDecision,
  loadTarget,
  type PayloadOf,
  powerSupply,
  type ServiceName,
  serviceAlarm,
  type Topic,
} from "@ballast/contracts";
import {
  type MemoryStorage,
  memoryStorage,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { launch } from "@ballast/runtime";
import { expect, test } from "@jest/globals";
import { exampleConfig, LoadControllerConfig } from "./config.ts";
import { replayJournal } from "./replay/replay-journal.ts";
import { loadController } from "./service.ts";

const startAtMs = Date.UTC(2026, 2, 2, 13, 55); // A Monday, five minutes before the peak.

const decisionsOn = (disk: MemoryStorage): string =>
  disk
    .names()
    .filter((name) => name.startsWith("decisions/"))
    .map((name) => new TextDecoder().decode(disk.contentOf(name)))
    .join("");

/** The service as it runs on site, between a made-up meter and a made-up fleet. */
async function site(more: Readonly<Record<string, unknown>> = {}) {
  const clock = virtualClock({ startAtMs });
  const random = seededRandom(1);
  const published: Outgoing[] = [];
  const broker = memoryBroker({ clock, random, onPublish: (message) => published.push(message) });
  const busAs = (name: ServiceName) =>
    openBus({
      as: name,
      transport: broker.connect(`${name}-in-test`),
      clock,
      log: silentLog,
      metrics: silentMetrics,
    });
  const [meter, sensors, fleet, tools] = [
    busAs("grid-meter"),
    busAs("power-sensors"),
    busAs("asic-controller"),
    busAs("site-tools"),
  ];
  const world = { frequencyHz: 50, quality: "good" as const, isMeterOn: true, isFleetOn: true };
  clock.every(50, "meter", () => {
    const { frequencyHz, quality } = world;
    if (!world.isMeterOn) return;
    void meter.publish(
      gridFrequency,
      { meterId: "poc" },
      { atMs: clock.wallMs(), frequencyHz, quality },
    );
  });
  clock.every(1_000, "fleet", () => {
    if (world.isFleetOn)
      void fleet.publish(fleetStatus, { fleetId: "main" }, fleetOf(clock.wallMs()));
  });
  const disk = memoryStorage();
  const start = async () => {
    const starting = launch(loadController, {
      config: LoadControllerConfig.parse({
        meters: ["poc"],
        profile: "fast",
        ratedKw: 560,
        ...more,
      }),
      site: { id: "test", name: "Test", nominalHz: 50 },
      clock,
      random,
      log: silentLog,
      metrics: silentMetrics,
      storage: disk,
      connect: (name, will) => broker.connect(name, will),
      busWaitMs: 1_000,
      version: "test",
    });
    const [started] = await Promise.all([starting, clock.advance(10)]);
    return started;
  };
  const launched = await start();
  const said = <T extends Topic>(topic: T, params: Readonly<Record<string, string>> = {}) =>
    published
      .filter(({ address }) => address === addressOf(topic, params))
      .map(({ text }) => topic.payload.parse(JSON.parse(text)) as PayloadOf<T>);
  return { clock, world, broker, sensors, tools, disk, launched, start, said };
}

const fleetOf = (atMs: number): PayloadOf<typeof fleetStatus> => ({
  atMs,
  isReadBack: true,
  minerCount: 160,
  hashingCount: 160,
  startingCount: 0,
  stoppingCount: 0,
  sleepingCount: 0,
  faultyCount: 0,
  unknownCount: 0,
  unresponsiveCount: 0,
  ratedKw: 560,
  commandedKw: 560,
  measuredKw: 560,
  cyclesMinCount: 0,
  cyclesMaxCount: 0,
});

test("an ordinary minute: silent until the fleet speaks, then the full load five times a second", async () => {
  const { clock, said } = await site();
  await clock.advance(900);
  expect(said(loadTarget)).toEqual([]);
  await clock.advance(64_000);
  const targets = said(loadTarget);
  expect(new Set(targets.map(({ targetKw }) => targetKw))).toEqual(new Set([560]));
  expect(targets.at(-1)).toMatchObject({ phase: "normal", binding: "none" });
  const gaps = targets.slice(1).map(({ atMs }, index) => atMs - (targets[index]?.atMs ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(200);
  // Told once when the fleet was found, once when the site began to trust the grid.
  const reasons = new Map(said(loadDecision).map((each) => [each.decisionId, each.reason]));
  expect([...reasons.values()]).toEqual(["full", "full"]);
});

test("at 49.5 Hz everything is off with the second sample, 50 ms after the first", async () => {
  const { clock, world, said } = await site();
  await clock.advance(70_000);
  const fellAtMs = clock.wallMs();
  world.frequencyHz = 49.5;
  await clock.advance(1_000);
  const off = said(loadTarget).find(({ targetKw }) => targetKw === 0);
  expect((off?.atMs ?? Number.POSITIVE_INFINITY) - fellAtMs).toBeLessThanOrEqual(100);
  expect(said(loadDecision).at(-1)).toMatchObject({
    reason: "stage",
    phase: "shedding",
    targetKw: 0,
    binding: "frequency",
    frequencyHz: 49.5,
    meters: [{ meterId: "poc", state: "good", quality: "good" }],
  });
});

test("a silent meter: lost after 10 s, an alarm, all off after 45 s; back, and the alarm clears", async () => {
  const { clock, world, said } = await site();
  await clock.advance(70_000);
  world.isMeterOn = false;
  await clock.advance(46_000);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 0, phase: "lost" });
  const alarm = { service: "load-controller", code: "grid.no-frequency", subject: "site" };
  expect(said(serviceAlarm, alarm).at(-1)).toMatchObject({ isRaised: true });
  world.isMeterOn = true;
  await clock.advance(1_000);
  expect(said(serviceAlarm, alarm).at(-1)).toMatchObject({ isRaised: false });
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 0, phase: "recovering" });
});

test("an operator's cap holds at once and ends by its own expiry", async () => {
  const { clock, tools, said } = await site();
  await clock.advance(70_000);
  const atMs = clock.wallMs();
  const cap = { atMs, capKw: 100, reason: "maintenance", expiresAtMs: atMs + 10_000 };
  await tools.publish(loadCap, { source: "operator" }, cap);
  await clock.advance(300);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 100, binding: "caps/operator" });
  await clock.advance(10_000);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 560, binding: "none" });
});

test("a scheduled cap begins and ends by the calendar", async () => {
  const peak = {
    name: "peak",
    cron: "0 17 * * 1-5",
    timezone: "Africa/Nairobi",
    durationMs: 600_000,
    capKw: 200,
  };
  const { clock, said } = await site({ schedules: [peak] });
  await clock.advance(299_000);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 560 });
  await clock.advance(3_000);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 200, binding: "caps/schedule-peak" });
  expect(said(loadCap, { source: "schedule-peak" })).toMatchObject([
    { capKw: 200, expiresAtMs: startAtMs + 900_000 },
  ]);
  await clock.advance(600_000);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 560, binding: "none" });
});

test("a restart takes over what runs; without the fleet it sheds from its own last word", async () => {
  const { clock, world, tools, launched, start, said } = await site();
  await clock.advance(70_000);
  const atMs = clock.wallMs();
  const cap = { atMs, capKw: 280, reason: "maintenance", expiresAtMs: atMs + 2_000 };
  await tools.publish(loadCap, { source: "operator" }, cap);
  await clock.advance(1_000);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 280 });
  world.isFleetOn = false;
  await clock.advance(10);
  const stopping = launched.stop();
  await clock.advance(10_000);
  await stopping;
  const saidCount = said(loadTarget).length;
  await start();
  await clock.advance(9_800);
  expect(said(loadTarget)).toHaveLength(saidCount);
  await clock.advance(5_500);
  const targets = said(loadTarget).slice(saidCount);
  expect(new Set(targets.map(({ targetKw }) => targetKw))).toEqual(new Set([210, 140]));
});

test("the journal of a bad quarter of an hour replays to the same decisions", async () => {
  const { clock, world, disk, launched } = await site();
  await clock.advance(70_000);
  world.frequencyHz = 49.6;
  await clock.advance(20_000);
  world.frequencyHz = 50;
  await clock.advance(400_000);
  world.isMeterOn = false;
  await clock.advance(30_000);
  const stopping = launched.stop();
  await clock.advance(3_000);
  await stopping;
  const { decisionCount, unreadableCount, difference } = replayJournal(decisionsOn(disk));
  expect(difference).toBeUndefined();
  expect(unreadableCount).toBe(0);
  expect(decisionCount).toBeGreaterThan(10_000);
});

test("another nominal frequency than the site's is refused with a sentence", () => {
  const config = LoadControllerConfig.parse({ ...exampleConfig, nominalHz: 60 });
  const site = { id: "test", name: "Test", nominalHz: 50 } as const;
  expect(loadController.check?.(config, site)).toEqual([
    "nominalHz is 60, but that of the site is 50",
  ]);
});

test("a supply is followed down, decays in silence, and the journal replays it", async () => {
  const { clock, sensors, said, disk, launched } = await site({ followsSupply: true });
  const supply = { capKw: 700 };
  let isSpeaking = true;
  const stop = clock.every(1_000, "supply", () => {
    if (!isSpeaking) return;
    void sensors.publish(
      powerSupply,
      {},
      {
        atMs: clock.wallMs(),
        state: "covered",
        reason: "in a test",
        capKw: supply.capKw,
        allowKw: 800,
        reserveKw: 80,
        otherKw: 20,
      },
    );
  });
  await clock.advance(70_000);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 560, supplyKw: 700, binding: "none" });
  supply.capKw = 300.5;
  await clock.advance(1_300);
  expect(said(loadTarget).at(-1)).toMatchObject({ targetKw: 300.5, binding: "supply" });
  expect(said(loadDecision).at(-1)).toMatchObject({ reason: "supply" });
  isSpeaking = false;
  await clock.advance(125_000);
  expect(said(loadTarget).at(-1)?.targetKw).toBeLessThan(300.5 * 0.81);
  expect(said(loadTarget).at(-1)?.targetKw).toBeGreaterThan(300.5 * 0.79);
  stop();
  await launched.stop();
  const replay = replayJournal(decisionsOn(disk));
  expect(replay).toMatchObject({ unreadableCount: 0, difference: undefined });
  expect(replay.decisionCount).toBeGreaterThan(1_000);
});
