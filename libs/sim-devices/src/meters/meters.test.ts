import { once } from "node:events";
import { connect } from "node:net";
import { assert, realClock, seededRandom, virtualClock } from "@ballast/kernel";
import {
  decodeBlock,
  type MeterDriver,
  type MeterReading,
  meterDrivers,
  moveMeter,
  planMeter,
} from "@ballast/meter-drivers";
import { encodeFrame, type ModbusLink, type OpenModbus, openModbusTcp } from "@ballast/modbus";
import { afterEach, describe, expect, test } from "@jest/globals";
import { serveModbus } from "./serve-modbus.ts";
import { type MeterFault, type SimulatedMeter, simulatedMeter } from "./simulated-meter.ts";
import { virtualModbus } from "./virtual-modbus.ts";

const meters: readonly MeterDriver[] = meterDrivers;
const truth: MeterReading = {
  frequencyHz: 49.9,
  voltageL1V: 230,
  voltageL2V: 231,
  voltageL3V: 229,
  currentL1A: 810,
  currentL2A: 811,
  currentL3A: 812,
  powerKw: 560,
  reactiveKvar: 70,
  powerFactorRatio: 0.99,
  energyImportKwh: 123_450,
  energyExportKwh: 10,
};
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Reads everything the table knows, as the service does. */
async function readAll(link: ModbusLink, driver: MeterDriver): Promise<MeterReading> {
  const walk = driver.locate?.();
  let placed = driver;
  for (let step = walk?.next(); step !== undefined; ) {
    if (step.done) {
      assert(step.value.ok, "the walk arrives");
      placed = moveMeter(driver, step.value.value);
      break;
    }
    const words = await link.read(step.value);
    step = walk?.next(words.ok ? words.value : undefined);
  }
  let reading: MeterReading = {};
  for (const schedule of ["fast", "second", "minute"] as const) {
    for (const read of planMeter(placed, schedule)) {
      const words = await link.read(read.request);
      assert(words.ok, "the meter answers");
      const block = { ...read.request, words: words.value };
      reading = { ...reading, ...decodeBlock(placed, read.quantities, block) };
    }
  }
  return reading;
}

async function onSockets(meter: SimulatedMeter, deadlineMs = 2_000) {
  const clock = realClock();
  const codes: number[] = [];
  const host = "127.0.0.1";
  const onRequest = (functionCode: number) => codes.push(functionCode);
  const server = await serveModbus({ meter, host, port: 0, clock, onRequest });
  cleanUps.push(() => server.close());
  const { port } = server;
  const open = () =>
    openModbusTcp({
      host,
      port,
      unitId: meter.driver.unitId,
      connectDeadlineMs: 2_000,
      deadlineMs,
      clock,
    });
  return { codes, open, port };
}

describe.each(meters)("$id over a real socket", (driver) => {
  test("reads back what the plant says, and only by reading", async () => {
    const { codes, open } = await onSockets(simulatedMeter({ driver, source: () => truth }));
    const opened = await open();
    assert(opened.ok, "the server listens");
    const reading = await readAll(opened.value, driver);
    await opened.value.close();
    expect(Object.keys(reading).sort()).toEqual(Object.keys(driver.reads).sort());
    for (const [quantity, value] of Object.entries(reading)) {
      const expected = truth[quantity as keyof MeterReading] ?? Number.NaN;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.abs(expected) * 0.001);
    }
    expect(codes.every((code) => code === 3 || code === 4)).toBe(true);
  });

  test("what the plant does not know is no value", async () => {
    const source = () => ({ frequencyHz: 50 });
    const { open } = await onSockets(simulatedMeter({ driver, source }));
    const opened = await open();
    assert(opened.ok, "the server listens");
    expect(Object.keys(await readAll(opened.value, driver))).toEqual(["frequencyHz"]);
    await opened.value.close();
  });
});

const someDriver = (): MeterDriver => {
  const driver = meters.find(({ id }) => id === "abb-b2x");
  assert(driver !== undefined, "it is in the collection");
  return driver;
};

const faults: readonly { readonly fault: MeterFault; readonly code: string }[] = [
  { fault: { kind: "silent" }, code: "device.silent" },
  { fault: { kind: "truncated" }, code: "device.silent" },
  { fault: { kind: "slow", delayMs: 10_000 }, code: "device.silent" },
  { fault: { kind: "garbage" }, code: "device.garbled" },
  { fault: { kind: "stray" }, code: "device.garbled" },
  { fault: { kind: "hang-up" }, code: "device.closed" },
  { fault: { kind: "exception", code: 6 }, code: "device.busy" },
  { fault: { kind: "exception", code: 4 }, code: "device.failing" },
];
const request = { table: "holding", address: 0x5b2c, wordCount: 1 } as const;

/** The same promises, kept by the real transport and by its stand-in. */
describe.each(faults)("a meter that is $fault.kind", ({ fault, code }) => {
  const expectFault = async (link: ModbusLink): Promise<void> => {
    expect(await link.read(request)).toMatchObject({ ok: false, fault: { code } });
    expect(link.isOpen()).toBe(fault.kind === "exception");
  };

  test("shows on a real socket", async () => {
    const meter = simulatedMeter({ driver: someDriver(), source: () => truth });
    const { open } = await onSockets(meter, 50);
    const opened = await open();
    assert(opened.ok, "the server listens");
    meter.fault = fault;
    await expectFault(opened.value);
    await opened.value.close();
  });

  test("shows in virtual time", async () => {
    const meter = simulatedMeter({ driver: someDriver(), source: () => truth });
    const { open, clock } = virtual(meter);
    const outcome = open().then(async (opened) => {
      assert(opened.ok, "the meter is there");
      meter.fault = fault;
      await expectFault(opened.value);
    });
    await clock.advance(20_000);
    await outcome;
  });
});

function virtual(meter: SimulatedMeter) {
  const clock = virtualClock();
  const host = "127.0.0.1";
  const openModbus: OpenModbus = virtualModbus({
    random: seededRandom(1),
    meters: new Map([[`${host}:502`, meter]]),
    latencyMinMs: 5,
    latencyMaxMs: 15,
  });
  const limits = { unitId: 1, connectDeadlineMs: 2_000, deadlineMs: 1_000, clock };
  return { clock, open: () => openModbus({ host, port: 502, ...limits }) };
}

test("a dead meter cannot be reached, on sockets and in virtual time", async () => {
  const meter = simulatedMeter({ driver: someDriver(), source: () => truth });
  meter.fault = { kind: "dead" };
  const { open, clock } = virtual(meter);
  const outcome = open();
  await clock.advance(5_000);
  expect(await outcome).toMatchObject({ ok: false, fault: { code: "device.unreachable" } });
});

test("a frozen meter goes on with its last values", () => {
  let frequencyHz = 50;
  const meter = simulatedMeter({ driver: someDriver(), source: () => ({ frequencyHz }) });
  expect(meter.answer(request, 0)).toMatchObject({ words: Uint16Array.of(5_000) });
  meter.fault = { kind: "frozen" };
  frequencyHz = 49;
  expect(meter.answer(request, 1_000)).toMatchObject({ words: Uint16Array.of(5_000) });
  meter.fault = { kind: "none" };
  expect(meter.answer(request, 1_001)).toMatchObject({ words: Uint16Array.of(4_900) });
});

test("registers are renewed at the meter's own pace, and every change is stamped", () => {
  let frequencyHz = 50;
  const stamps: number[] = [];
  const meter = simulatedMeter({
    driver: someDriver(),
    source: () => ({ frequencyHz }),
    refreshMs: 200,
    onChange: ({ monoMs }) => stamps.push(monoMs),
  });
  meter.answer(request, 0);
  frequencyHz = 49.9;
  expect(meter.answer(request, 199)).toMatchObject({ words: Uint16Array.of(5_000) });
  expect(meter.answer(request, 200)).toMatchObject({ words: Uint16Array.of(4_990) });
  meter.answer(request, 400);
  expect(stamps).toEqual([0, 200]);
});

test("refuses what a strict meter refuses", () => {
  const meter = simulatedMeter({ driver: someDriver(), source: () => truth });
  const hole = { ...request, address: 0x5b2d };
  expect(meter.answer(hole, 0)).toEqual({ kind: "exception", code: 2 });
  expect(meter.answer({ ...request, wordCount: 126 }, 0)).toEqual({ kind: "exception", code: 3 });
});

test.each([
  { name: "a single write", unitId: 1, pdu: [6, 0, 76, 0, 1], reply: [0x86, 1] },
  { name: "a long write", unitId: 1, pdu: [16, 0, 76, 0, 1, 2, 0, 1], reply: [0x90, 1] },
  { name: "a read that is too long", unitId: 1, pdu: [3, 0, 0, 0, 126], reply: [0x83, 3] },
  { name: "a read cut short", unitId: 1, pdu: [3, 0, 0, 0], reply: [0x83, 3] },
  { name: "another unit", unitId: 9, pdu: [3, 0x5b, 0x2c, 0, 1], reply: [0x83, 11] },
])("the server answers $name with an exception", async ({ unitId, pdu, reply }) => {
  const { port } = await onSockets(simulatedMeter({ driver: someDriver(), source: () => truth }));
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(encodeFrame({ transactionId: 7, unitId, pdu: Uint8Array.from(pdu) }));
  const [bytes] = await once(socket, "data");
  socket.destroy();
  const expected = encodeFrame({ transactionId: 7, unitId, pdu: Uint8Array.from(reply) });
  expect(Buffer.from(bytes).equals(expected)).toBe(true);
});

test("noise moves power and leaves the frequency alone", () => {
  const driver = someDriver();
  const meter = simulatedMeter({ driver, source: () => truth, noise: seededRandom(3) });
  const power = { table: "holding", address: 0x5b14, wordCount: 2 } as const;
  const seen = new Set(
    Array.from({ length: 20 }, (_, monoMs) => {
      expect(meter.answer(request, monoMs)).toMatchObject({ words: Uint16Array.of(4_990) });
      const answer = meter.answer(power, monoMs);
      return answer.kind === "words" ? answer.words.join() : answer.kind;
    }),
  );
  expect(seen.size).toBeGreaterThan(10);
});
