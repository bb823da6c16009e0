import { memoryBroker, openBus } from "@ballast/bus";
import { historyReceipt, minerCycle, type PayloadOf } from "@ballast/contracts";
import {
  memoryStorage,
  type Result,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { defineService, launch } from "@ballast/runtime";
import { expect, test } from "@jest/globals";
import * as z from "zod";

type Keep = (id: string) => Promise<Result<void>>;

/** A service that does nothing but keep what it is told to. */
const keeping = (onStart: (keep: Keep, raised: () => readonly string[]) => void) =>
  defineService({
    name: "asic-controller",
    summary: "Keeps cycles, for this test.",
    config: z.strictObject({}),
    publishes: [minerCycle],
    subscribes: [],
    keeps: [{ topic: minerCycle, whenFull: "all-stays" }],
    ports: () => ({}),
    async start({ alarms, clock, keep }) {
      onStart(
        (id) => keep(minerCycle, { minerId: "m1" }, cycle(id, clock.wallMs()), id),
        () => alarms.raised().map(({ code }) => code),
      );
      return { stop: async () => undefined };
    },
  });

const cycle = (cycleId: string, atMs: number): PayloadOf<typeof minerCycle> => ({
  atMs,
  cycleId,
  minerId: "m1",
  kind: "off",
  cyclesCount: 1,
  reason: "for this test",
});

async function openSite() {
  const clock = virtualClock();
  const random = seededRandom(1);
  const broker = memoryBroker({ clock, random });
  const disk = { current: memoryStorage() };
  const service: { keep: Keep; raised: () => readonly string[]; kill: () => void } = {
    keep: () => Promise.reject(new Error("not started")),
    raised: () => [],
    kill: () => undefined,
  };
  const start = async (): Promise<void> => {
    const definition = keeping((keep, raised) => Object.assign(service, { keep, raised }));
    const launching = launch(definition, {
      config: {},
      site: { id: "test", name: "Test", nominalHz: 50 },
      clock,
      random,
      log: silentLog,
      metrics: silentMetrics,
      storage: disk.current,
      connect: (name, will) => broker.connect(name, will),
      busWaitMs: 100,
      version: "test",
    });
    await clock.advance(200);
    service.kill = (await launching).kill;
  };
  const restart = async (): Promise<void> => {
    service.kill();
    broker.cut("asic-controller");
    disk.current = disk.current.reboot();
    await start();
  };
  const historian = openBus({
    as: "historian",
    transport: broker.connect("historian"),
    clock,
    log: silentLog,
    metrics: silentMetrics,
  });
  const heard: { readonly id: string; readonly monoMs: number }[] = [];
  let isAnswering = false;
  const answer = (ids: readonly string[]): void => {
    const receipt = { atMs: clock.wallMs(), ids: [...ids] };
    void historian.publish(historyReceipt, { service: "asic-controller" }, receipt);
  };
  await historian.subscribe(minerCycle, ({ payload }) => {
    heard.push({ id: payload.cycleId, monoMs: clock.monotonicMs() });
    if (isAnswering) answer([payload.cycleId]);
  });
  const setAnswering = (next: boolean): void => {
    isAnswering = next;
  };
  await start();
  return { clock, broker, disk, service, restart, heard, answer, setAnswering };
}

const idsOf = (heard: readonly { readonly id: string }[]): readonly string[] =>
  heard.map(({ id }) => id);

test("what has its receipt is never said again, also not after a restart", async () => {
  const { clock, heard, restart, service, setAnswering } = await openSite();
  setAnswering(true);
  expect((await service.keep("a")).ok).toBe(true);
  await clock.advance(120_000);
  await restart();
  await clock.advance(120_000);
  expect(idsOf(heard)).toEqual(["a"]);
});

test("without a receipt it is said again, later and later, and at once after a restart", async () => {
  const { clock, heard, restart, service } = await openSite();
  await service.keep("a");
  await clock.advance(600_000);
  const gapsMs = heard.slice(1).map(({ monoMs }, index) => monoMs - (heard[index]?.monoMs ?? 0));
  expect(gapsMs[0]).toBeLessThanOrEqual(21_000);
  expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(10_000);
  expect(gapsMs.at(-1)).toBeGreaterThanOrEqual(60_000);
  expect(gapsMs.at(-1)).toBeLessThanOrEqual(65_000);
  const saidCount = heard.length;
  await restart();
  await clock.advance(3_000);
  expect(heard).toHaveLength(saidCount + 1);
});

test("a thousand that wait are said oldest first, at most 200 a second, and each once", async () => {
  const { broker, clock, heard, restart, service, setAnswering } = await openSite();
  broker.cut("asic-controller"); // Away: nothing of this is heard now.
  const ids = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
  await Promise.all(ids.map((id) => service.keep(id)));
  setAnswering(true);
  await restart();
  await clock.advance(20_000);
  expect(idsOf(heard)).toEqual(ids);
  const perSecond = new Map<number, number>();
  for (const { monoMs } of heard) {
    const second = Math.floor(monoMs / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(200);
});

test("after a break of the connection everything unanswered is said again", async () => {
  const { broker, clock, heard, service, setAnswering } = await openSite();
  await service.keep("a");
  await clock.advance(1_000);
  setAnswering(true);
  broker.restart(2_000);
  await service.keep("b");
  await clock.advance(15_000);
  expect(new Set(idsOf(heard))).toEqual(new Set(["a", "b"]));
  const heardCount = heard.length;
  await clock.advance(120_000);
  expect(heard).toHaveLength(heardCount);
});

test("a break ends the long waits: whoever was silent may be back", async () => {
  const { broker, clock, heard, service } = await openSite();
  await service.keep("a");
  await clock.advance(600_000);
  const lastMonoMs = heard.at(-1)?.monoMs ?? 0;
  await clock.advance(lastMonoMs + 61_000 - clock.monotonicMs());
  const heardCount = heard.length;
  broker.restart(1_000);
  await clock.advance(10_500);
  expect(heard.length).toBe(heardCount + 1);
});

test("a full disk is an alarm; the event is on the bus at once, and on disk when there is room", async () => {
  const { clock, disk, heard, restart, service, setAnswering } = await openSite();
  disk.current.setFull(true);
  let outcome: Result<void> | undefined;
  void service.keep("a").then((kept) => {
    outcome = kept;
  });
  await clock.advance(5_000);
  expect(idsOf(heard)).toEqual(["a"]);
  expect(outcome).toBeUndefined();
  expect(service.raised()).toEqual(["history.disk-full"]);
  disk.current.setFull(false);
  await clock.advance(2_000);
  expect(outcome).toEqual({ ok: true, value: undefined });
  expect(service.raised()).toEqual([]);
  setAnswering(true);
  await restart();
  await clock.advance(5_000);
  expect(idsOf(heard)).toEqual(["a", "a"]);
});

test("receipts for what nobody knows do no harm", async () => {
  const { answer, clock, heard, service } = await openSite();
  answer(["never-heard-of", "b"]);
  await clock.advance(100);
  await service.keep("b");
  await clock.advance(25_000);
  expect(idsOf(heard).filter((id) => id === "b").length).toBeGreaterThan(1);
});
