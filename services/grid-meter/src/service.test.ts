import { memoryBroker, type Outgoing } from "@ballast/bus";
import {
  gridFrequency,
  gridReading,
  gridStatus,
  paramsOf,
  serviceAlarm,
  type Topic,
} from "@ballast/contracts";
import {
  assert,
  memoryStorage,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { driverOf } from "@ballast/meter-drivers";
import type { OpenModbus } from "@ballast/modbus";
import { launch } from "@ballast/runtime";
import { simulatedMeter, virtualModbus } from "@ballast/sim-devices";
import { expect, test } from "@jest/globals";
import { GridMeterConfig } from "./config.ts";
import { gridMeter } from "./service.ts";

/** The service as it runs on site, with two meters: one commissioned, one not. */
async function site() {
  const clock = virtualClock();
  const random = seededRandom(1);
  const log: Outgoing[] = [];
  const broker = memoryBroker({ clock, random, onPublish: (message) => log.push(message) });
  const driver = driverOf("abb-b2x");
  assert(driver !== undefined, "it is in the collection");
  const source = () => ({ frequencyHz: 49.97, voltageL1V: 231, currentL1A: 800, powerKw: 540 });
  const simulate = (seed: number) => simulatedMeter({ driver, source, noise: seededRandom(seed) });
  const [main, spare] = [simulate(2), simulate(3)];
  const meters = new Map([
    ["main:502", main],
    ["spare:502", spare],
  ]);
  const plain = virtualModbus({ random, meters, latencyMinMs: 5, latencyMaxMs: 10 });
  const closed: string[] = [];
  const openModbus: OpenModbus = async (target) => {
    const opened = await plain(target);
    if (!opened.ok) return opened;
    const close = async (): Promise<void> => {
      closed.push(target.host);
    };
    return { ok: true, value: { ...opened.value, close } };
  };
  const config = GridMeterConfig.parse({
    meters: [
      { id: "main", driver: "abb-b2x", host: "main", isCommissioned: true },
      { id: "spare", driver: "abb-b2x", host: "spare" },
    ],
  });
  const starting = launch(gridMeter, {
    config,
    site: { id: "test", name: "Test", nominalHz: 50 },
    clock,
    random,
    log: silentLog,
    metrics: silentMetrics,
    storage: memoryStorage(),
    connect: (name, will) => broker.connect(name, will),
    busWaitMs: 1_000,
    version: "test",
    ports: { openModbus },
  });
  await clock.advance(100);
  const launched = await starting;
  const said = <T extends Topic>(topic: T, param: string, value: string) =>
    log
      .filter(({ address }) => paramsOf(topic, address)?.[param] === value)
      .map(
        ({ text }) => topic.payload.parse(JSON.parse(text)) as ReturnType<T["payload"]["parse"]>,
      );
  const alarms = () => {
    const raised = new Set<string>();
    for (const { subject, code, isRaised } of said(serviceAlarm, "service", "grid-meter")) {
      if (isRaised) raised.add(`${code}/${subject}`);
      else raised.delete(`${code}/${subject}`);
    }
    return [...raised].sort();
  };
  return { clock, launched, main, closed, said, alarms };
}

test("two meters speak for themselves, and only the confirmed one is good", async () => {
  const { clock, said, alarms } = await site();
  await clock.advance(12_000);
  expect(said(gridFrequency, "meterId", "main").at(-1)).toMatchObject({
    frequencyHz: 49.97,
    quality: "good",
  });
  expect(said(gridFrequency, "meterId", "spare").at(-1)).toMatchObject({
    frequencyHz: 49.97,
    quality: "bad",
    doubt: "not-commissioned",
  });
  expect(said(gridReading, "meterId", "spare").length).toBeGreaterThan(8);
  expect(said(gridStatus, "meterId", "main").at(-1)).toMatchObject({ state: "good" });
  expect(alarms()).toEqual(["meter.not-commissioned/spare"]);
});

test("a meter that dies raises degraded, then lost, and clears when it is back", async () => {
  const { clock, main, alarms } = await site();
  await clock.advance(5_000);
  main.fault = { kind: "dead" };
  await clock.advance(5_000);
  expect(alarms()).toContain("meter.degraded/main");
  await clock.advance(8_000);
  expect(alarms()).toEqual(["meter.lost/main", "meter.not-commissioned/spare"]);
  main.fault = { kind: "none" };
  await clock.advance(8_000);
  expect(alarms()).toEqual(["meter.not-commissioned/spare"]);
});

test("a frozen meter raises its own alarm", async () => {
  const { clock, main, alarms } = await site();
  await clock.advance(5_000);
  main.fault = { kind: "frozen" };
  await clock.advance(17_000);
  expect(alarms()).toContain("meter.frozen/main");
});

test("once stopped it falls silent and leaves no connection behind", async () => {
  const { clock, launched, closed, said } = await site();
  await clock.advance(5_000);
  const stopped = launched.stop();
  await clock.advance(5_000);
  await stopped;
  const spokenCount = said(gridFrequency, "meterId", "main").length;
  await clock.advance(5_000);
  expect(said(gridFrequency, "meterId", "main")).toHaveLength(spokenCount);
  expect(closed.sort()).toEqual(["main", "spare"]);
});
