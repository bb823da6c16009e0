import { assert, seededRandom, silentLog, silentMetrics, virtualClock } from "@ballast/kernel";
import { driverOf, type MeterReading, meterDrivers } from "@ballast/meter-drivers";
import type { ModbusLink, OpenModbus } from "@ballast/modbus";
import { type MeterFault, simulatedMeter, virtualModbus } from "@ballast/sim-devices";
import { describe, expect, test } from "@jest/globals";
import type * as z from "zod";
import { MeterConfig } from "./config.ts";
import {
  type FrequencySample,
  type MeterStatus,
  type PowerReading,
  runMeter,
} from "./meter-loop.ts";

type Settings = Omit<z.input<typeof MeterConfig>, "id" | "host"> & { readonly latencyMs?: number };

const host = "192.0.2.10";
const frequencyAt = { table: "holding", address: 900, type: "u16", scale: 0.01 } as const;
const sel: Settings = {
  driver: "sel-735",
  isCommissioned: true,
  adjustments: { registers: { frequencyHz: frequencyAt } },
};
const calm: MeterReading = {
  frequencyHz: 50,
  voltageL1V: 230,
  voltageL2V: 230,
  voltageL3V: 230,
  currentL1A: 800,
  currentL2A: 800,
  currentL3A: 800,
  powerKw: 550,
  reactiveKvar: 60,
  powerFactorRatio: 0.99,
  energyImportKwh: 1_000,
  energyExportKwh: 1,
};

const eastron: Settings = { driver: "eastron-sdm630", isCommissioned: true };

/** One simulated meter, a plant in the test's hands, and all that the loop asks and says. */
function bench({ latencyMs = 10, ...settings }: Settings) {
  const clock = virtualClock();
  const random = seededRandom(7);
  const driver = driverOf(settings.driver);
  assert(driver !== undefined, "it is in the collection");
  const plant = { reading: calm };
  const noise = random.fork("noise");
  const simulated = simulatedMeter({ driver, source: () => plant.reading, noise });
  const meters = new Map([[`${host}:502`, simulated]]);
  const line = { latencyMinMs: latencyMs, latencyMaxMs: latencyMs, random: random.fork("line") };
  const asked: { readonly address: number; readonly monoMs: number }[] = [];
  const opens: number[] = [];
  const frequencies: (FrequencySample & { readonly receivedAtMs: number })[] = [];
  const readings: PowerReading[] = [];
  const statuses: (MeterStatus & { readonly monoMs: number })[] = [];
  const logged: string[] = [];
  const stop = runMeter({
    meter: MeterConfig.parse({ id: "poc", host, ...settings }),
    nominalHz: 50,
    openModbus: watched(virtualModbus({ meters, ...line }), asked, opens),
    clock,
    random: random.fork("reconnect"),
    log: { ...silentLog, warn: (event) => logged.push(event), info: (event) => logged.push(event) },
    metrics: silentMetrics,
    onFrequency: (sample) => frequencies.push({ ...sample, receivedAtMs: clock.wallMs() }),
    onReading: (reading) => readings.push(reading),
    onStatus: (status) => statuses.push({ ...status, monoMs: clock.monotonicMs() }),
  });
  const state = () => statuses.at(-1)?.state;
  return {
    clock,
    plant,
    simulated,
    asked,
    opens,
    frequencies,
    readings,
    statuses,
    state,
    logged,
    stop,
  };
}

function watched(
  open: OpenModbus,
  asked: { readonly address: number; readonly monoMs: number }[],
  opens: number[],
): OpenModbus {
  return async (target) => {
    const { clock } = target;
    opens.push(clock.monotonicMs());
    const opened = await open(target);
    if (!opened.ok) return opened;
    const read: ModbusLink["read"] = (request) => {
      asked.push({ address: request.address, monoMs: clock.monotonicMs() });
      return opened.value.read(request);
    };
    return { ok: true, value: { ...opened.value, read } };
  };
}

describe("a healthy meter", () => {
  test("gives twenty good frequencies and one reading a second", async () => {
    const { clock, frequencies, readings, state } = bench(sel);
    await clock.advance(10_000);
    const good = frequencies.filter(({ quality }) => quality === "good");
    expect(good.length).toBeGreaterThanOrEqual(195);
    expect(good.every(({ frequencyHz }) => frequencyHz === 50)).toBe(true);
    expect(readings.length).toBeGreaterThanOrEqual(9);
    expect(readings[0]?.voltageMinRatio).toBeCloseTo(1, 1);
    expect(state()).toBe("good");
  });

  test("tells its energy once a minute, and not an old one in between", async () => {
    const { clock, readings } = bench(sel);
    await clock.advance(125_000);
    const withEnergy = readings.filter(({ energyImportKwh }) => energyImportKwh !== undefined);
    expect(withEnergy).toHaveLength(3);
    expect(withEnergy[0]?.energyImportKwh).toBe(1_000);
  });

  test("a sample is as old as its request, not as its reply", async () => {
    const { clock, frequencies } = bench(sel);
    await clock.advance(2_000);
    expect(frequencies.length).toBeGreaterThan(30);
    expect(frequencies.every(({ atMs, receivedAtMs }) => receivedAtMs - atMs === 10)).toBe(true);
  });

  test("begins nothing slow in the second half of the period", async () => {
    const { clock, asked, frequencies } = bench({ ...eastron, latencyMs: 45 });
    await clock.advance(10_000);
    const periodMs = 200;
    const slow = asked.filter(({ address, monoMs }) => address !== 0x46 && monoMs > periodMs * 2);
    expect(slow.length).toBeGreaterThan(20);
    for (const { monoMs } of slow) expect(monoMs % periodMs).toBeLessThanOrEqual(periodMs / 2);
    expect(frequencies.length).toBeGreaterThanOrEqual(48);
  });

  test.each(meterDrivers.map(({ id }) => ({ id })))(
    "of kind $id has fresh voltages",
    async ({ id }) => {
      const registers = { frequencyHz: driverOf(id)?.reads.frequencyHz.from ?? frequencyAt };
      const adjustments = id === "sunspec-203" ? {} : { registers };
      const { clock, frequencies } = bench({ driver: id, isCommissioned: true, adjustments });
      await clock.advance(60_000);
      const late = frequencies.slice(2);
      expect(late.length).toBeGreaterThan(50);
      expect(late.filter(({ quality }) => quality !== "good")).toEqual([]);
    },
  );

  test("that answers slowly is asked less often, one thing at a time", async () => {
    const { clock, asked, state } = bench({ ...sel, latencyMs: 120 });
    await clock.advance(10_000);
    const gapsMs = asked.slice(1).map(({ monoMs }, index) => monoMs - (asked[index]?.monoMs ?? 0));
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(120);
    expect(state()).toBe("good");
  });

  test("that renews slowly is read at its own pace", async () => {
    const { clock, frequencies } = bench({ driver: "shelly-pro-3em", isCommissioned: true });
    await clock.advance(10_500);
    expect(frequencies).toHaveLength(10);
  });
});

const faults: readonly { readonly fault: MeterFault; readonly code: string }[] = [
  { fault: { kind: "dead" }, code: "device.unreachable" },
  { fault: { kind: "silent" }, code: "device.silent" },
  { fault: { kind: "truncated" }, code: "device.silent" },
  { fault: { kind: "slow", delayMs: 5_000 }, code: "device.silent" },
  { fault: { kind: "garbage" }, code: "device.garbled" },
  { fault: { kind: "stray" }, code: "device.garbled" },
  { fault: { kind: "hang-up" }, code: "device.closed" },
  { fault: { kind: "exception", code: 2 }, code: "device.unsupported" },
  { fault: { kind: "exception", code: 4 }, code: "device.failing" },
  { fault: { kind: "exception", code: 6 }, code: "device.busy" },
];

describe.each(faults)("a meter that becomes $fault.kind $fault.code", ({ fault, code }) => {
  test("is degraded after 3 s, lost after 10 s, silent all along, and comes back", async () => {
    const { clock, simulated, frequencies, statuses, state } = bench(sel);
    await clock.advance(5_000);
    simulated.fault = fault;
    await clock.advance(1_500); // What was under way may still arrive.
    const heardCount = frequencies.length;
    const atOf = (wanted: string) =>
      statuses.find(({ state: one, monoMs }) => one === wanted && monoMs > 5_000)?.monoMs;
    await clock.advance(20_000);
    expect(frequencies).toHaveLength(heardCount);
    expect(atOf("degraded")).toBeGreaterThan(7_900);
    expect(atOf("degraded")).toBeLessThanOrEqual(8_300);
    expect(atOf("lost")).toBeGreaterThan(14_900);
    expect(atOf("lost")).toBeLessThanOrEqual(15_300);
    expect(state()).toBe("lost");
    expect(statuses.at(-1)?.reason).toContain(code);
    expect(statuses.at(-1)?.failedCount).toBeGreaterThan(0);
    simulated.fault = { kind: "none" };
    await clock.advance(16_000);
    expect(state()).toBe("good");
    expect(frequencies.length).toBeGreaterThan(heardCount);
  });
});

test("a dead meter is knocked at after 0.5, 1, 2, 5 and 5 s, with some jitter", async () => {
  const { clock, simulated, opens } = bench(sel);
  simulated.fault = { kind: "dead" };
  await clock.advance(40_000);
  const waitsMs = opens.slice(1).map((monoMs, index) => monoMs - (opens[index] ?? 0) - 2_000);
  for (const [index, fullMs] of [500, 1_000, 2_000, 5_000, 5_000].entries()) {
    expect(waitsMs[index]).toBeGreaterThanOrEqual(fullMs * 0.8);
    expect(waitsMs[index]).toBeLessThanOrEqual(fullMs + 50);
  }
});

test("a meter that takes connections and drops them is not hammered either", async () => {
  const { clock, simulated, opens } = bench({ driver: "abb-b2x", isCommissioned: true });
  simulated.fault = { kind: "hang-up" };
  await clock.advance(60_000);
  expect(opens.length).toBeGreaterThan(10);
  expect(opens.length).toBeLessThan(20);
});

test("a frozen meter is bad after 15 s, although it answers", async () => {
  const { clock, simulated, frequencies, statuses } = bench(sel);
  await clock.advance(5_000);
  simulated.fault = { kind: "frozen" };
  await clock.advance(14_000);
  expect(frequencies.at(-1)).toMatchObject({ quality: "good" });
  await clock.advance(2_000);
  expect(frequencies.at(-1)).toMatchObject({ quality: "bad", doubt: "frozen" });
  await clock.advance(10_000);
  expect(statuses.at(-1)).toMatchObject({ state: "lost", reason: "frozen" });
});

test("a dead bus is seen within the second, whatever frequency is reported", async () => {
  const { clock, plant, frequencies, state } = bench(sel);
  await clock.advance(5_000);
  plant.reading = { ...calm, frequencyHz: 47.4, voltageL1V: 0.2, voltageL2V: 0.3, voltageL3V: 0 };
  await clock.advance(1_200);
  expect(state()).toBe("dead-bus");
  expect(frequencies.at(-1)).toMatchObject({ quality: "bad", doubt: "dead-bus" });
  plant.reading = calm;
  await clock.advance(1_200);
  expect(state()).toBe("good");
});

test("a glitch on the wire is shown as suspect, and a second look at once denies it", async () => {
  const { clock, plant, frequencies, state } = bench(sel);
  await clock.advance(5_000);
  plant.reading = { ...calm, frequencyHz: 48 };
  await clock.advance(8); // Gone before the second look, which comes with the reply to the first.
  plant.reading = calm;
  await clock.advance(1_000);
  const low = frequencies.filter(({ frequencyHz }) => frequencyHz === 48);
  expect(low).toHaveLength(1);
  expect(low[0]).toMatchObject({ quality: "suspect", doubt: "jump" });
  expect(state()).toBe("good");
});

describe("a slow meter is asked a second time at once", () => {
  const shelly: Settings = { driver: "shelly-pro-3em", isCommissioned: true };

  test.each([
    { frequencyHz: 49.5, settings: {}, times: 2 },
    { frequencyHz: 49.6, settings: {}, times: 1 },
    { frequencyHz: 49.6, settings: { rereadBelowHz: 49.7 }, times: 2 },
  ])("at $frequencyHz Hz with $settings: $times", async ({ frequencyHz, settings, times }) => {
    const { clock, plant, frequencies } = bench({ ...shelly, ...settings });
    await clock.advance(5_500);
    plant.reading = { ...calm, frequencyHz };
    await clock.advance(1_000);
    const low = frequencies.filter((sample) => Math.abs(sample.frequencyHz - frequencyHz) < 0.01);
    expect(low).toHaveLength(times);
    expect((low.at(-1)?.atMs ?? 0) - (low[0]?.atMs ?? 0)).toBeLessThanOrEqual(200);
  });
});

test("a meter that nobody has confirmed is read and shown, and never good", async () => {
  const { clock, frequencies, readings, statuses } = bench({ driver: "sel-735" });
  await clock.advance(12_000);
  expect(frequencies.length).toBeGreaterThan(200);
  expect(new Set(frequencies.map(({ doubt }) => doubt))).toEqual(new Set(["not-commissioned"]));
  expect(readings.length).toBeGreaterThan(9);
  expect(statuses.at(-1)).toMatchObject({ state: "lost", isCommissioned: false });
});

test("trouble is logged once, and so is its end", async () => {
  const { clock, simulated, logged } = bench(sel);
  await clock.advance(5_000);
  simulated.fault = { kind: "exception", code: 6 };
  await clock.advance(30_000);
  simulated.fault = { kind: "none" };
  await clock.advance(5_000);
  expect(logged).toEqual(["meter-trouble", "meter-answers"]);
});

describe("another meter at the address is never believed", () => {
  test("by its serial number", async () => {
    const { clock, frequencies, statuses } = bench({ ...sel, serialNumber: "42" });
    await clock.advance(12_000);
    expect(frequencies).toEqual([]);
    expect(statuses.at(-1)?.reason).toContain("device.mismatch");
  });

  test("by its name", async () => {
    const { clock, frequencies, statuses, simulated } = bench(sel);
    Object.assign(simulated, simulatedMeter({ driver: renamed(), source: () => calm }));
    await clock.advance(12_000);
    expect(frequencies).toEqual([]);
    expect(statuses.at(-1)?.reason).toContain("SEL-734");
  });

  function renamed() {
    const driver = driverOf("sel-735");
    assert(driver?.probe.kind === "text", "it has a name");
    const from = { ...driver.probe.from, startsWith: "SEL-734-R100" };
    return { ...driver, probe: { kind: "text" as const, from } };
  }
});

test("a register that does not exist hides nothing but itself", async () => {
  const powerKw = { table: "holding", address: 376, type: "s32", scale: 0.000_01 } as const;
  const registers = { frequencyHz: frequencyAt, powerKw };
  const { clock, readings, state } = bench({ ...sel, adjustments: { registers } });
  await clock.advance(5_000);
  const last = readings.at(-1);
  expect(last?.powerKw).toBeUndefined();
  expect(last?.voltageL3V).toBeCloseTo(230, -1);
  expect(last?.reactiveKvar).toBeCloseTo(60, 0);
  expect(state()).toBe("good");
});

test("a SunSpec meter is found by walking, and read like any other", async () => {
  const { clock, frequencies, state } = bench({ driver: "sunspec-203", isCommissioned: true });
  await clock.advance(5_000);
  expect(frequencies.at(-1)).toMatchObject({ frequencyHz: 50, quality: "good" });
  expect(state()).toBe("good");
});

test("once stopped it asks and says nothing more", async () => {
  const { clock, asked, frequencies, statuses, logged, stop } = bench(sel);
  await clock.advance(5_003); // In the middle of a request.
  stop();
  const before = [asked.length, frequencies.length, statuses.length];
  await clock.advance(10_000);
  expect([asked.length, frequencies.length, statuses.length]).toEqual(before);
  expect(logged).toEqual([]);
});
