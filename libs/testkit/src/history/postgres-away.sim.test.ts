import { type MemoryBroker, memoryBroker } from "@ballast/bus";
import { minerCycle, type PayloadOf } from "@ballast/contracts";
import { HistorianConfig, historian } from "@ballast/historian";
import { memoryStore } from "@ballast/history";
import {
  type MemoryStorage,
  memoryStorage,
  ok,
  type Random,
  seededRandom,
  silentLog,
  silentMetrics,
  type VirtualClock,
  virtualClock,
} from "@ballast/kernel";
import { defineService, type Launched, launch, type ServiceDefinition } from "@ballast/runtime";
import { expect, test } from "@jest/globals";
import * as z from "zod";

type Cycle = PayloadOf<typeof minerCycle>;

const minerCount = 160;
const eventCount = 20;
const killCount = 10;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const diskDelayMaxMs = 30;

/** Counts what it did to its miners, and has it on record which of it may not be kept yet. */
class SimulatedController {
  /** The simulator's own count: each stop that reached a miner. */
  readonly done: Cycle[] = [];
  /** As the cycle journal: what no disk has confirmed is kept again at the next start. */
  readonly #unkept = new Map<string, Cycle>();
  #keep: ((cycle: Cycle) => Promise<boolean>) | undefined;

  readonly definition = defineService({
    name: "asic-controller",
    summary: "Stops miners, and says so.",
    config: z.object({}),
    publishes: [minerCycle],
    subscribes: [],
    keeps: [{ topic: minerCycle, whenFull: "all-stays" }],
    ports: () => undefined,
    start: async ({ keep }) => {
      this.#keep = async (cycle) =>
        (await keep(minerCycle, { minerId: cycle.minerId }, cycle, cycle.cycleId)).ok;
      for (const cycle of this.#unkept.values()) void this.#tell(cycle);
      return { stop: async () => undefined };
    },
  });

  stopMiner(index: number, atMs: number): void {
    const minerId = `m${index}`;
    const cyclesCount = this.done.filter((cycle) => cycle.minerId === minerId).length + 1;
    const cycleId = `${minerId}-${cyclesCount}`;
    const cycle: Cycle = { atMs, cycleId, minerId, kind: "off", cyclesCount, reason: "shed" };
    this.done.push(cycle);
    this.#unkept.set(cycleId, cycle);
    void this.#tell(cycle);
  }

  onKilled(): void {
    this.#keep = undefined;
  }

  async #tell(cycle: Cycle): Promise<void> {
    const isKept = await this.#keep?.(cycle);
    if (isKept === true) this.#unkept.delete(cycle.cycleId);
  }
}

interface Process {
  readonly start: (storage: MemoryStorage) => Promise<Launched>;
  readonly name: "asic-controller" | "historian";
  readonly onKilled: () => void;
}

/** Runs one service, and kills it: the disk stays, what was under way is gone. */
class Supervised {
  readonly #process: Process;
  readonly #broker: MemoryBroker;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  #storage = memoryStorage();
  #running: Promise<Launched>;

  constructor(process: Process, broker: MemoryBroker, clock: VirtualClock, random: Random) {
    this.#process = process;
    this.#broker = broker;
    this.#clock = clock;
    this.#random = random;
    this.#running = this.#start();
  }

  async kill(downMs: number): Promise<void> {
    (await this.#running).kill();
    this.#process.onKilled();
    this.#broker.cut(this.#process.name);
    this.#storage = this.#storage.reboot();
    this.#clock.after(downMs, "supervisor", () => {
      this.#running = this.#start();
    });
  }

  #start(): Promise<Launched> {
    this.#storage.setDelay(() => this.#clock.sleep(this.#random.next() * diskDelayMaxMs));
    return this.#process.start(this.#storage);
  }
}

test.each([1, 2, 3])(
  "a day without PostgreSQL, ten kills, and every cycle is there once, seed %i",
  async (seed) => {
    const random = seededRandom(seed);
    const clock = virtualClock({ startAtMs: Date.UTC(2026, 2, 2) });
    const broker = memoryBroker({ clock, random: random.fork("bus") });
    const database = memoryStore();
    const controller = new SimulatedController();
    const launcher =
      <Config extends z.ZodType>(definition: ServiceDefinition<Config>, config: z.infer<Config>) =>
      (storage: MemoryStorage): Promise<Launched> =>
        launch(definition, {
          ...{ config, clock, storage, log: silentLog, metrics: silentMetrics },
          site: { id: "test", name: "Test", nominalHz: 50 },
          random: random.fork(`${definition.name} ${clock.monotonicMs()}`),
          connect: (name, will) => broker.connect(name, will),
          busWaitMs: 1_000,
          version: "test",
          ports: { openStore: () => database, readText: async () => ok("") },
        });
    const supervise = (process: Process): Supervised =>
      new Supervised(process, broker, clock, random.fork(`disk/${process.name}`));
    const [writer, keeper] = [
      supervise({
        name: "asic-controller",
        start: launcher(controller.definition as unknown as ServiceDefinition, {}),
        onKilled: () => controller.onKilled(),
      }),
      supervise({
        name: "historian",
        start: launcher(
          historian as unknown as ServiceDefinition,
          HistorianConfig.parse({ postgresUrl: "postgres://in/memory" }),
        ),
        onKilled: () => undefined,
      }),
    ];

    database.setAway(true);
    const kills = { writer: 0, keeper: 0 };
    for (let event = 0; event < eventCount; event += 1) {
      const eventMs = ((event + 0.5) * dayMs) / eventCount;
      for (let index = 0; index < minerCount; index += 1) {
        const afterMs = eventMs + Math.floor(index / 20) * 1_000 + random.next() * 200;
        clock.after(afterMs, "shed", () => controller.stopMiner(index, clock.wallMs()));
      }
      // In every second event somebody dies in the middle; in the last ones the whole box.
      if (event % 2 === 0) {
        clock.after(eventMs + random.next() * 7_000, "kill", () => {
          const isBox = event >= 12;
          if (isBox || event % 4 === 0) {
            kills.keeper += 1;
            void keeper.kill(700 + random.next() * 5_000);
          }
          if (isBox || event % 4 !== 0) {
            kills.writer += 1;
            void writer.kill(700 + random.next() * 5_000);
          }
        });
      }
    }
    clock.after(dayMs, "postgres-returns", () => database.setAway(false));
    await clock.advance(dayMs);
    expect(database.rows.size).toBe(0);
    await clock.advance(10 * minuteMs);

    const rows = [...database.rows.values()].filter(({ kind }) => kind === "cycle");
    expect(controller.done).toHaveLength(minerCount * eventCount);
    expect(Math.max(kills.keeper, kills.writer)).toBeGreaterThanOrEqual(killCount / 2);
    const expected = controller.done.map(({ cycleId, kind, ...cycle }) => ({
      ...cycle,
      kind: "cycle",
      id: cycleId,
      order: kind,
    }));
    const byId = (left: { id: string }, right: { id: string }): number =>
      left.id < right.id ? -1 : 1;
    expect([...rows].sort(byId)).toEqual(expected.sort(byId));
  },
);
