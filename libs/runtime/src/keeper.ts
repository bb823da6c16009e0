import type { Bus } from "@ballast/bus";
import {
  addressOf,
  historyReceipt,
  type ParamsOf,
  type PayloadOf,
  type ServiceName,
  type Topic,
} from "@ballast/contracts";
import {
  assertDefined,
  type Clock,
  fail,
  type Log,
  type Metrics,
  ok,
  type Result,
  type Storage,
} from "@ballast/kernel";
import { type LaneName, type Outbox, type OutboxRecord, openOutbox } from "@ballast/outbox";
import type { AlarmBoard } from "./alarm-board.ts";
import type { KeptTopic } from "./define-service.ts";
import { encodeKept } from "./kept-record.ts";
import { Repeats } from "./repeats.ts";
import { tellDiskTrouble } from "./tell-disk-trouble.ts";

const folder = "keep";
/** What a site without a historian may fill; then what may go goes, and the rest is refused. */
const bytesMax = 64 * 1_024 * 1_024;
/** Events that the disk refused, in memory until it takes them. */
const heldMax = 50_000;
const heldPerTryMax = 1_000;
const tickMs = 1_000;
const alarmSubject = "keep";

export interface KeeperOptions {
  readonly name: ServiceName;
  readonly kept: readonly KeptTopic[];
  readonly bus: Bus;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly alarms: AlarmBoard;
}

interface Held {
  readonly id: string;
  readonly record: OutboxRecord;
  readonly done: (outcome: Result<void>) => void;
}

export async function openKeeper(options: KeeperOptions): Promise<Keeper> {
  const { alarms, bus, name, storage } = options;
  const outbox = await openOutbox({
    storage,
    folder,
    bytesMax,
    onTrouble: (fault) => tellDiskTrouble(alarms, alarmSubject, fault),
  });
  const keeper = new Keeper(options, outbox);
  await bus.subscribe(historyReceipt, ({ payload }) => keeper.onReceipt(payload.ids), {
    service: name,
  });
  return keeper;
}

/** Two durable hops: an event leaves this disk only once the historian's disk has it. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #outbox: Outbox;
  readonly #repeats: Repeats;
  readonly #stops: readonly (() => void)[];
  readonly #held: Held[] = [];

  constructor(options: KeeperOptions, outbox: Outbox) {
    this.#options = options;
    this.#outbox = outbox;
    this.#repeats = new Repeats({ ...options, outbox });
    this.#stops = [
      options.bus.onConnection((isConnected) => {
        if (isConnected) this.#repeats.onReconnect();
      }),
      options.clock.every(tickMs, "keep", async () => {
        await this.#storeHeld();
        await this.#repeats.tick();
      }),
    ];
  }

  async keep<T extends Topic>(
    topic: T,
    params: ParamsOf<T>,
    payload: PayloadOf<T>,
    id: string,
  ): Promise<Result<void>> {
    const { bus, kept, name } = this.#options;
    const { whenFull } = assertDefined(
      kept.find((each) => (each.topic as Topic) === topic),
      `${name} lists ${topic.address} among what it keeps`,
    );
    const checked = topic.payload.safeParse(payload);
    if (!checked.success) return bus.publish(topic, params, payload); // Counted, and refused.
    void bus.publish(topic, params, payload);
    this.#repeats.onSaid(id);
    const lane: LaneName = whenFull === "all-stays" ? "events" : "samples";
    const body = encodeKept({ id, address: addressOf(topic, params), payload: checked.data });
    return this.#store(id, { lane, atMs: checked.data.atMs, body });
  }

  onReceipt(ids: readonly string[]): void {
    const count = this.#repeats.onReceipt(ids);
    this.#count("received", count);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#storeHeld();
    await this.#outbox.close();
  }

  async #store(id: string, record: OutboxRecord): Promise<Result<void>> {
    const stored = await this.#outbox.append([record]);
    if (stored.ok) {
      this.#repeats.onStored(id, stored.value[0]);
      this.#count("kept");
      return ok(undefined);
    }
    if (this.#held.length >= heldMax) {
      this.#count("lost");
      return fail(stored.fault.code, "neither the disk nor the memory has room for the event");
    }
    return new Promise((done) => this.#held.push({ id, record, done }));
  }

  async #storeHeld(): Promise<void> {
    while (this.#held.length > 0) {
      const batch = this.#held.slice(0, heldPerTryMax);
      const stored = await this.#outbox.append(batch.map(({ record }) => record));
      if (!stored.ok) return;
      this.#held.splice(0, batch.length);
      for (const [index, { done, id }] of batch.entries()) {
        this.#repeats.onStored(id, stored.value[index]);
        done(ok(undefined));
      }
      this.#count("kept", batch.length);
    }
  }

  #count(outcome: string, by = 1): void {
    this.#options.metrics.count("ballast_history_records_total", { outcome }, by);
  }
}
