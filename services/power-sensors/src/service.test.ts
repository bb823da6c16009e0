import { assertDefined, memoryStorage, seededRandom, type VirtualClock } from "@ballast/kernel";
import { driverOf } from "@ballast/meter-drivers";
import {
  plantFace,
  type SensorTruth,
  type SpokenMessage,
  shellyFace,
  simulatedMeter,
  simulatedSensor,
  tasmotaFace,
} from "@ballast/sim-devices";
import { describe, expect, test } from "@jest/globals";
import { bench } from "../test/bench.ts";
import { calibrate, proposalText } from "./calibrate.ts";

const truth: SensorTruth = { powerKw: 60, voltageV: 230, frequencyHz: 50 };
const rack = {
  id: "rack-1",
  kind: "tasmota-energy",
  role: "miners",
  feeder: "rack-1",
  settings: { topic: "rack1" },
  intervalMs: 1_000,
} as const;
const site = {
  id: "site",
  kind: "shelly-gen2",
  role: "site",
  settings: { prefix: "poc", component: "em:0" },
  intervalMs: 1_000,
} as const;
const tele = (energy: object, time = ""): SpokenMessage => ({
  topic: "tele/rack1/SENSOR",
  text: JSON.stringify({ ...(time && { Time: time }), ENERGY: energy }),
  isRetained: false,
});

function simulate(
  face: ReturnType<typeof tasmotaFace>,
  { clock, say }: { clock: VirtualClock; say: (message: SpokenMessage) => void },
  source: () => SensorTruth = () => ({ ...truth, voltageV: 230 + (clock.monotonicMs() % 7) / 10 }),
) {
  return simulatedSensor({ face, source, intervalMs: 1_000, clock, publish: say });
}

test("three tongues become one stream", async () => {
  const hydro = {
    id: "hydro",
    kind: "plain-json",
    role: "supply",
    settings: { ...plantFace("hydro").settings },
    intervalMs: 1_000,
  } as const;
  const running = await bench({
    sensors: [rack, site, hydro],
  });
  simulate(tasmotaFace("rack1"), running);
  simulate(shellyFace("poc"), running);
  simulate(plantFace("hydro"), running, () => ({ ...truth, availableKw: 640 }));
  await running.clock.advance(10_000);
  expect(running.samples("rack-1").at(-1)).toMatchObject({
    role: "miners",
    feeder: "rack-1",
    quality: "good",
    powerKw: expect.closeTo(60, 1),
    currentL3A: expect.closeTo(88.7, 0),
    frequencyHz: 50,
  });
  expect(running.samples("site").at(-1)).toMatchObject({
    quality: "good",
    role: "site",
    powerKw: 60,
  });
  expect(running.samples("site").at(-1)?.energyImportKwh).toBeGreaterThan(0.1);
  expect(running.samples("hydro").at(-1)).toMatchObject({ availableKw: 640, powerKw: 60 });
  for (const id of ["rack-1", "site", "hydro"]) expect(running.status(id).state).toBe("good");
});

describe("a sensor is lost", () => {
  test("at once when its will speaks, and stays so until something new is measured", async () => {
    const running = await bench({ sensors: [rack] });
    const sensor = simulate(tasmotaFace("rack1"), running);
    await running.clock.advance(5_500);
    expect(running.status("rack-1").state).toBe("good");
    sensor.setFault("offline");
    await running.clock.advance(20);
    expect(running.status("rack-1")).toMatchObject({ state: "lost" });
    const last = running.samples("rack-1").at(-1);
    expect(last).toMatchObject({ quality: "bad", doubt: "offline" });
    expect(last?.powerKw).toBeUndefined();
    expect(running.alarms("power.sensor-lost", "rack-1")).toEqual([true]);
    sensor.setFault("silent"); // Online again, and no word yet.
    await running.clock.advance(2_000);
    expect(running.status("rack-1").state).toBe("lost");
    sensor.setFault("none");
    await running.clock.advance(1_500);
    expect(running.status("rack-1").state).toBe("good");
    expect(running.alarms("power.sensor-lost", "rack-1")).toEqual([true, false]);
  });

  test("after three intervals of silence, five seconds at least", async () => {
    const running = await bench({ sensors: [rack] });
    const sensor = simulate(tasmotaFace("rack1"), running);
    await running.clock.advance(5_500);
    sensor.setFault("silent");
    await running.clock.advance(4_400);
    expect(running.status("rack-1").state).toBe("good");
    await running.clock.advance(1_200);
    expect(running.samples("rack-1").at(-1)).toMatchObject({ quality: "bad", doubt: "stale" });
    expect(running.alarms("power.sensor-lost", "rack-1")).toEqual([true]);
  });

  test("when it never speaks, but not before it had its time", async () => {
    const running = await bench({ sensors: [{ ...rack, intervalMs: 10_000 }] });
    await running.clock.advance(29_000);
    expect(running.alarms("power.sensor-lost", "rack-1")).toEqual([]);
    await running.clock.advance(3_000);
    expect(running.alarms("power.sensor-lost", "rack-1")).toEqual([true]);
  });
});

test("what the broker had kept is suspect until a live word comes, and then lost in time", async () => {
  const entities = [{ objectId: "p", quantity: "powerKw", unit: "W" }] as const;
  const node = {
    id: "node",
    kind: "esphome",
    role: "other",
    settings: { node: "n", entities },
    intervalMs: 2_000,
  } as const;
  const word = (text: string, isRetained: boolean) => {
    return { topic: "n/sensor/p/state", text, isRetained };
  };
  const running = await bench({ sensors: [node] }, { kept: [word("999", true)] });
  await running.clock.advance(1_000);
  expect(running.samples("node").at(-1)).toMatchObject({ quality: "suspect", doubt: "retained" });
  running.say(word("1500", false));
  await running.clock.advance(300);
  expect(running.samples("node").at(-1)).toMatchObject({ quality: "good", powerKw: 1.5 });
  running.broker.restart(500); // It forgets what it kept, and nothing is said again.
  await running.clock.advance(7_000);
  expect(running.status("node").state).toBe("lost");
  const late = await bench({ sensors: [node] }, { kept: [word("999", true)] });
  await late.clock.advance(7_000);
  expect(late.status("node").state).toBe("lost");
  expect(late.samples("node").every(({ quality }) => quality !== "good")).toBe(true);
});

test("five samples a second at most, and the last word is among them", async () => {
  const running = await bench({ sensors: [rack] });
  for (let index = 0; index < 100; index += 1) {
    running.say(tele({ Power: 1_000 + index }));
    await running.clock.advance(10);
  }
  await running.clock.advance(300);
  const samples = running.samples("rack-1");
  expect(samples.length).toBeLessThanOrEqual(7);
  expect(samples.at(-1)?.powerKw).toBeCloseTo(1.099, 6);
});

test("odd messages are counted, and none of them changes what is known", async () => {
  const running = await bench({ sensors: [rack] });
  const { clock, say, counted } = running;
  say(tele({ Power: 1_000, Total: 100 }));
  await clock.advance(300);
  say({ topic: "tele/rack1/SENSOR", text: "{", isRetained: false });
  say({
    topic: "tele/rack1/SENSOR",
    text: `{"ENERGY":"${"x".repeat(70_000)}"}`,
    isRetained: false,
  });
  say(tele({ Power: "nan" }));
  say(tele({ Total: 99 }));
  say({ topic: "tele/rack1/SENSOR", text: '{"Uptime":1}', isRetained: false });
  await clock.advance(2_500); // Until the next status.
  expect(counted).toEqual(["accepted", "invalid", "oversized", "refused", "reordered", "beside"]);
  expect(running.status("rack-1")).toMatchObject({ state: "good", rejectedCount: 4 });
  expect(running.samples("rack-1").at(-1)).toMatchObject({ powerKw: 1, energyImportKwh: 100 });
});

test("energy goes on after a reset of the device, and after a restart of ours", async () => {
  const storage = memoryStorage();
  const first = await bench({ sensors: [rack] }, { storage });
  for (const totalKwh of [100, 101, 0.5, 0.75]) {
    first.say(tele({ Power: 1_000, Total: totalKwh }));
    await first.clock.advance(300);
  }
  expect(first.samples("rack-1").map(({ energyImportKwh }) => energyImportKwh)).toEqual([
    100, 101, 101.5, 101.75,
  ]);
  await first.clock.advance(61_000);
  await Promise.all([first.launched.stop(), first.clock.advance(4_000)]);
  const second = await bench({ sensors: [rack] }, { storage });
  second.say(tele({ Power: 1_000, Total: 0.8 }));
  await second.clock.advance(300);
  expect(second.samples("rack-1").at(-1)?.energyImportKwh).toBeCloseTo(101.8, 9);
});

test("values that stand still under load become suspect, and raise an alarm", async () => {
  const running = await bench({ sensors: [{ ...rack, intervalMs: 10_000 }] });
  const sensor = simulate(tasmotaFace("rack1"), running);
  await running.clock.advance(60_000);
  sensor.setFault("frozen");
  await running.clock.advance(880_000);
  expect(running.status("rack-1").state).toBe("good");
  await running.clock.advance(60_000);
  expect(running.samples("rack-1").at(-1)).toMatchObject({ quality: "suspect", doubt: "stuck" });
  expect(running.alarms("power.sensor-suspect", "rack-1")).toEqual([true]);
});

test("a device on another broker is heard, and a Victron is kept alive there", async () => {
  const victron = {
    id: "gx",
    kind: "victron-venus",
    role: "site",
    broker: "gx",
    settings: { portalId: "c0ff" },
    intervalMs: 10_000,
  } as const;
  const brokers = [{ id: "gx", url: "mqtt://192.0.2.9:1883" }];
  const running = await bench({ brokers, sensors: [victron] });
  const heard: string[] = [];
  running.onForeign.onMessage(({ address, text }) => heard.push(`${address} "${text}"`));
  await running.onForeign.subscribe("R/#", 0);
  const power = (value: number) => ({
    topic: "N/c0ff/grid/30/Ac/Power",
    text: JSON.stringify({ value }),
    isRetained: false,
  });
  running.sayAbroad(power(2_440));
  await running.clock.advance(31_000);
  expect(running.samples("gx")[0]).toMatchObject({ quality: "good", powerKw: 2.44 });
  expect(heard).toEqual(Array(3).fill('R/c0ff/keepalive ""'));
  expect(running.said.filter(({ address }) => address.startsWith("R/"))).toEqual([]);
  running.sayAbroad({ topic: "N/c0ff/grid/30/Ac/Power", text: "", isRetained: false });
  await running.clock.advance(50);
  expect(running.status("gx").state).toBe("lost");
});

test("a meter is read over Modbus, with what its supply could give", async () => {
  const driver = assertDefined(driverOf("eastron-sdm630"), "it is in the collection");
  const available = { table: "input", address: 200, type: "f32", scale: 1 } as const;
  const meter = simulatedMeter({
    driver: {
      ...driver,
      reads: { ...driver.reads, availableKw: { from: available, every: "second" } },
    },
    source: () => ({
      frequencyHz: 50,
      powerKw: 300,
      availableKw: 420,
      voltageL1V: 230,
      voltageL2V: 230,
      voltageL3V: 230,
      energyImportKwh: 5_000,
    }),
    noise: seededRandom(1),
  });
  const sensor = {
    id: "hydro",
    kind: "modbus",
    role: "supply",
    isReversed: true,
    settings: {
      driver: "eastron-sdm630",
      host: "192.0.2.20",
      adjustments: { registers: { availableKw: available } },
    },
  } as const;
  const meters = new Map([["192.0.2.20:502", meter]]);
  const running = await bench({ sensors: [sensor] }, { meters });
  await running.clock.advance(5_000);
  const sample = running.samples("hydro").at(-1);
  expect(sample).toMatchObject({ quality: "good", powerKw: expect.closeTo(-300, 0) });
  expect(sample?.availableKw).toBeCloseTo(420, 0);
  expect(sample?.energyExportKwh).toBeCloseTo(5_000, 0);
  meter.fault = { kind: "silent" };
  await running.clock.advance(9_000);
  expect(running.status("hydro")).toMatchObject({ state: "lost" });
  expect(running.counted).toContain("unanswered");
});

test("a sensor is compared with a reference over its live samples", async () => {
  const running = await bench({ sensors: [{ ...rack, calibrationFactorRatio: 1.1 }] });
  simulate(tasmotaFace("rack1"), running);
  await running.clock.advance(2_000);
  const comparing = calibrate({
    transport: running.broker.connect("tool"),
    clock: running.clock,
    sensorId: "rack-1",
    referenceKw: 63,
    durationMs: 30_000,
    current: { calibrationFactorRatio: 1.1, calibrationOffsetKw: 0 },
  });
  await running.clock.advance(31_000);
  const proposal = await comparing;
  expect(proposal).toMatchObject({ kind: "factor", factorRatio: expect.closeTo(1.05, 3) });
  expect(proposalText(proposal, "rack-1")).toContain("calibrationFactorRatio: 1.0500");
  const alone = calibrate({
    transport: { ...running.broker.connect("alone"), isConnected: () => false },
    clock: running.clock,
    sensorId: "rack-1",
    referenceKw: 63,
    durationMs: 30_000,
    current: { calibrationFactorRatio: 1, calibrationOffsetKw: 0 },
  });
  await running.clock.advance(31_000);
  expect(await alone).toMatchObject({ kind: "none", why: expect.stringContaining("broker") });
  expect(proposalText({ kind: "none", why: "no sample came" }, "x")).toContain("No factor for x");
});
