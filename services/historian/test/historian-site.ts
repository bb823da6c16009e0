import { memoryBroker, openBus } from "@ballast/bus";
import {
  historyReceipt,
  historyStatus,
  minerCycle,
  type PayloadOf,
  type ServiceName,
  serviceAlarm,
} from "@ballast/contracts";
import { type HistoryRecord, memoryStore } from "@ballast/history";
import {
  type MemoryStorage,
  memoryStorage,
  ok,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { type Launched, launch } from "@ballast/runtime";
import { HistorianConfig } from "../src/config.ts";
import { historian } from "../src/service.ts";

export type Cycle = PayloadOf<typeof minerCycle>;

export const cycleOf = (atMs: number, minerId = "m001"): Cycle => ({
  atMs,
  cycleId: `${minerId}-${atMs}`,
  minerId,
  kind: "off",
  cyclesCount: 1,
  reason: "shed",
});

/** The service as it runs on site, in virtual time, between a bus and a database of memory. */
export class HistorianSite {
  readonly clock = virtualClock({ startAtMs: Date.UTC(2026, 2, 2, 13) });
  readonly database = memoryStore();
  readonly receipts: string[] = [];
  readonly alarms = new Map<string, string>();
  disk: MemoryStorage = memoryStorage();
  status: PayloadOf<typeof historyStatus> | undefined;
  readonly #random = seededRandom(1);
  readonly #broker = memoryBroker({ clock: this.clock, random: this.#random });
  readonly controller = this.#busAs("asic-controller");
  readonly loadController = this.#busAs("load-controller");
  readonly tools = this.#busAs("site-tools");
  #running: Launched | undefined;
  #runCount = 0;

  #busAs(name: ServiceName) {
    const transport = this.#broker.connect(`${name}-in-test`);
    const { clock } = this;
    return openBus({ as: name, transport, clock, log: silentLog, metrics: silentMetrics });
  }

  async open(): Promise<this> {
    await this.tools.subscribe(historyReceipt, ({ params, payload }) => {
      if (params.service === "asic-controller") this.receipts.push(...payload.ids);
    });
    await this.tools.subscribe(historyStatus, ({ payload }) => {
      this.status = payload;
    });
    await this.tools.subscribe(serviceAlarm, ({ payload }) => {
      const key = `${payload.code}/${payload.subject}`;
      if (payload.isRaised) this.alarms.set(key, payload.detail);
      else this.alarms.delete(key);
    });
    return this;
  }

  async start(more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.#runCount += 1;
    const starting = launch(historian, {
      config: HistorianConfig.parse({ postgresUrl: "postgres://in/memory", ...more }),
      site: { id: "test", name: "Test", nominalHz: 50 },
      clock: this.clock,
      random: this.#random.fork(`run ${this.#runCount}`),
      log: silentLog,
      metrics: silentMetrics,
      storage: this.disk,
      connect: (name, will) => this.#broker.connect(name, will),
      busWaitMs: 1_000,
      version: "test",
      ports: { openStore: () => this.database, readText: async () => ok("postgres://in/memory") },
    });
    await this.clock.advance(1_000);
    this.#running = await starting;
  }

  stop(): Promise<void> {
    const stopping = this.#running?.stop() ?? Promise.resolve();
    return this.clock.advance(5_000).then(() => stopping);
  }

  /** As kill -9: what was not on the disk is gone. */
  kill(): void {
    this.#running?.kill();
    this.#broker.cut("historian");
    this.disk = this.disk.reboot();
  }

  async say(cycle: Cycle): Promise<void> {
    await this.controller.publish(minerCycle, { minerId: cycle.minerId }, cycle);
  }

  stored(kind: HistoryRecord["kind"]): readonly HistoryRecord[] {
    return [...this.database.rows.values()].filter((record) => record.kind === kind);
  }
}

export const openHistorianSite = (): Promise<HistorianSite> => new HistorianSite().open();
