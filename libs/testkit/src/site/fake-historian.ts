import { type Bus, type MemoryBroker, openBus } from "@ballast/bus";
import {
  historyReceipt,
  loadDecision,
  minerCycle,
  type ServiceName,
  type Topic,
} from "@ballast/contracts";
import { type Clock, silentLog, silentMetrics } from "@ballast/kernel";

/** What the disk takes to flush, and how often receipts are sent. */
const flushMs = 50;
const receiptPeriodMs = 250;
const idsPerReceiptMax = 500;

interface Row {
  readonly id: string;
  readonly topic: Topic;
  readonly text: string;
}

/** A historian that is all memory and disk: it acknowledges what is on its disk, and it dies. */
export interface FakeHistorian {
  /** What is on its disk, by id. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Ids that came with another content than before. */
  readonly reusedIds: ReadonlySet<string>;
  /** What was not flushed yet is lost; a receipt may be lost while its record is not. */
  crash(downMs: number): void;
}

interface Options {
  readonly broker: MemoryBroker;
  readonly clock: Clock;
}

export function fakeHistorian(options: Options): FakeHistorian {
  return new Fake(options);
}

class Fake implements FakeHistorian {
  readonly rows = new Map<string, Row>();
  readonly reusedIds = new Set<string>();
  readonly #options: Options;
  /** Which life it is in; what an earlier one had begun never happens. */
  #life = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#live();
  }

  crash(downMs: number): void {
    const { broker, clock } = this.#options;
    this.#life += 1;
    broker.cut("historian");
    const life = this.#life;
    clock.after(downMs, "historian-returns", () => {
      if (this.#life === life) this.#live();
    });
  }

  #live(): void {
    const { broker, clock } = this.#options;
    const life = this.#life;
    const receipts = new Map<ServiceName, string[]>();
    const bus = openBus({
      as: "historian",
      transport: broker.connect("historian"),
      clock,
      log: silentLog,
      metrics: silentMetrics,
    });
    const read = (topic: Topic, idOf: (payload: unknown) => string) =>
      bus.subscribe(topic, ({ payload }) => {
        clock.after(flushMs, "historian-flush", () => {
          if (this.#life !== life) return;
          const id = idOf(payload);
          this.#store({ id, topic, text: JSON.stringify(payload) });
          const [service] = topic.publishers;
          if (service !== undefined) receipts.set(service, [...(receipts.get(service) ?? []), id]);
        });
      });
    void read(minerCycle, (payload) => minerCycle.payload.parse(payload).cycleId);
    void read(loadDecision, (payload) => loadDecision.payload.parse(payload).decisionId);
    const stop = clock.every(receiptPeriodMs, "receipts", () => {
      if (this.#life !== life) return stop();
      for (const [service, ids] of receipts) this.#acknowledge(bus, service, ids);
    });
  }

  #store(row: Row): void {
    const known = this.rows.get(row.id);
    if (known !== undefined && known.text !== row.text) this.reusedIds.add(row.id);
    else this.rows.set(row.id, row);
  }

  #acknowledge(bus: Bus, service: ServiceName, ids: string[]): void {
    const batch = ids.splice(0, idsPerReceiptMax);
    if (batch.length === 0) return;
    const receipt = { atMs: this.#options.clock.wallMs(), ids: batch };
    void bus.publish(historyReceipt, { service }, receipt);
  }
}
