import { memoryBroker, type Outgoing } from "@ballast/bus";
import {
  addressOf,
  gridFrequency,
  loadTarget,
  type PayloadOf,
  serviceStatus,
} from "@ballast/contracts";
import {
  memoryStorage,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { defineService, launch } from "@ballast/runtime";
import { expect, test } from "@jest/globals";
import * as z from "zod";

const echo = defineService({
  name: "load-controller",
  summary: "Turns each frequency into a target, for this test.",
  config: z.strictObject({ periodMs: z.number() }),
  publishes: [loadTarget],
  subscribes: [gridFrequency],
  ports: () => ({ note: (_text: string): void => undefined }),
  async start({ config, clock, publish, subscribe, alarms, openJournal, ports }) {
    const journal = openJournal({ folder: "decisions", header: () => "header" });
    await subscribe(gridFrequency, ({ payload }) => ports.note(`${payload.frequencyHz}`));
    clock.every(config.periodMs, "echo", () => {
      journal.append("line");
      void publish(loadTarget, {}, target(clock.wallMs()));
    });
    alarms.raise("grid.no-frequency", "site", "first");
    alarms.raise("grid.no-frequency", "site", "again");
    return { stop: () => journal.close() };
  },
});

const target = (atMs: number): PayloadOf<typeof loadTarget> => ({
  atMs,
  targetKw: 1,
  binding: "none",
  phase: "normal",
  decisionId: "d",
});

const open = () => {
  const clock = virtualClock();
  const random = seededRandom(1);
  const log: Outgoing[] = [];
  const broker = memoryBroker({ clock, random, onPublish: (message) => log.push(message) });
  const storage = memoryStorage();
  const notes: string[] = [];
  const start = () =>
    launch(echo, {
      config: { periodMs: 100 },
      site: { id: "test", name: "Test", nominalHz: 50 },
      clock,
      random,
      log: silentLog,
      metrics: silentMetrics,
      storage,
      connect: (name, will) => broker.connect(name, will),
      busWaitMs: 1_000,
      version: "test",
      ports: { note: (text) => notes.push(text) },
    });
  const states = (): string[] =>
    log
      .filter(({ address }) => address === addressOf(serviceStatus, { service: echo.name }))
      .map(({ text }) => serviceStatus.payload.parse(JSON.parse(text)).state);
  const targetCount = (): number => log.filter(({ address }) => address.endsWith("target")).length;
  return { clock, broker, storage, notes, log, start, states, targetCount };
};

test("a service says how it lives, and ends with a goodbye", async () => {
  const { clock, start, states, storage, log } = open();
  const launched = await start();
  await clock.advance(10_000);
  const stopping = launched.stop();
  await clock.advance(5_000);
  await stopping;
  expect(states()).toEqual(["starting", "running", "running", "running", "stopping", "gone"]);
  const alarms = log.filter(({ address }) => address.includes("/alarms/"));
  expect(alarms).toHaveLength(1); // Raised twice, told once.
  const journal = storage.names().map((name) => new TextDecoder().decode(storage.contentOf(name)));
  expect(journal).toEqual([expect.stringMatching(/^header\n(line\n)+$/)]);
});

test("a killed service does nothing more, and the broker tells of it", async () => {
  const { clock, broker, start, states, targetCount } = open();
  const launched = await start();
  await clock.advance(1_000);
  const countBefore = targetCount();
  launched.kill();
  broker.cut(echo.name);
  await clock.advance(10_000);
  expect(targetCount()).toBe(countBefore);
  expect(states().at(-1)).toBe("gone");
});

test("an alarm of an earlier run that nobody sees any more is cleared", async () => {
  const { clock, broker, start, log } = open();
  const stale = {
    atMs: 1,
    code: "grid.low-voltage",
    subject: "site",
    isRaised: true,
    sinceAtMs: 1,
    detail: "earlier",
  };
  const address = `ballast/v1/services/${echo.name}/alarms/grid.low-voltage/site`;
  const before = broker.connect("before");
  await before.publish({ address, text: JSON.stringify(stale), qos: 1, retain: true });
  await start();
  await clock.advance(60_000);
  const last = log.filter((message) => message.address === address).at(-1);
  expect(JSON.parse(last?.text ?? "")).toMatchObject({ isRaised: false });
});

test("samples reach the service through its ports", async () => {
  const { clock, broker, start, notes } = open();
  await start();
  const sample = JSON.stringify({ atMs: clock.wallMs(), frequencyHz: 49.9, quality: "good" });
  const address = "ballast/v1/grid/poc/frequency";
  await broker.connect("meter").publish({ address, text: sample, qos: 0, retain: false });
  await clock.advance(10);
  expect(notes).toEqual(["49.9"]);
});
