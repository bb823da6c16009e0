import { HistoryRecord, type HistoryStore } from "@ballast/history";
import {
  BackOff,
  type Clock,
  type Fault,
  jsonIn,
  type Log,
  type Metrics,
  ok,
  type Random,
  type Result,
} from "@ballast/kernel";
import type { Outbox, Stored } from "@ballast/outbox";
import type { SetAside } from "./set-aside.ts";

const retryFirstMs = 1_000;
const retryMaxMs = 60_000;

export interface ShipperOptions {
  readonly outbox: Outbox;
  readonly store: HistoryStore;
  readonly setAside: SetAside;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly batchMaxCount: number;
  readonly periodMs: number;
  /** Told after every try: what stands in the way, or nothing. */
  readonly onOutcome: (fault: Fault | undefined) => void;
  readonly onSetAside: (why: string) => void;
}

interface Decoded {
  readonly stored: Stored;
  /** Undefined for what is no record of this program. */
  readonly record: HistoryRecord | undefined;
}

type Readable = Decoded & { readonly record: HistoryRecord };
const isReadable = (each: Decoded): each is Readable => each.record !== undefined;

/** Hands what waits on disk to the database, however long that was away, and only then forgets it. */
export class Shipper {
  readonly #options: ShipperOptions;
  readonly #backOff: BackOff;
  #isStopped = false;
  #shippedCount = 0;
  /** Of the current batch, what needs no further try. */
  readonly #settled = new Set<Stored>();

  constructor(options: ShipperOptions) {
    this.#options = options;
    this.#backOff = new BackOff({
      firstMs: retryFirstMs,
      maxMs: retryMaxMs,
      random: options.random,
    });
  }

  get shippedCount(): number {
    return this.#shippedCount;
  }

  /** Runs until it is stopped. */
  async run(): Promise<void> {
    const { batchMaxCount, clock, outbox, periodMs } = this.#options;
    while (!this.#isStopped) {
      const batch = outbox.waitingCount === 0 ? [] : await this.#nextBatch();
      // Read and decoded once, however often it has to be tried.
      let rest = batch;
      while (!this.#isStopped && rest.length > 0 && !(await this.#shipBatch(rest)).ok) {
        await clock.sleep(this.#backOff.nextMs());
        rest = rest.filter(({ stored }) => !this.#settled.has(stored));
      }
      this.#backOff.reset();
      if (batch.length < batchMaxCount) await clock.sleep(periodMs);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #nextBatch(): Promise<readonly Decoded[]> {
    const { batchMaxCount, outbox } = this.#options;
    const batch = await outbox.peek({ countMax: batchMaxCount });
    this.#settled.clear();
    return batch.map((stored) => ({ stored, record: decode(stored.body) }));
  }

  async #shipBatch(batch: readonly Decoded[]): Promise<Result<void>> {
    const { clock, metrics, onOutcome } = this.#options;
    const startedMonoMs = clock.monotonicMs();
    let shipped = await this.#ship(batch.filter(isReadable));
    for (const { record, stored } of batch) {
      if (!shipped.ok) break;
      if (record === undefined) shipped = await this.#putAside(stored, "it is no record of ours");
    }
    onOutcome(shipped.ok ? undefined : shipped.fault);
    if (shipped.ok) {
      const elapsedMs = clock.monotonicMs() - startedMonoMs;
      metrics.observe("ballast_history_ship_seconds", elapsedMs / 1_000);
    }
    return shipped;
  }

  /** A record that cannot be stored is found by halving: the others do not wait for it. */
  async #ship(part: readonly Readable[]): Promise<Result<void>> {
    const [first] = part;
    if (first === undefined) return ok(undefined);
    const written = await this.#options.store.write(part.map(({ record }) => record));
    if (written.ok) {
      this.#shippedCount += part.length;
      this.#count("shipped", part.length);
      await this.#forget(part.map(({ stored }) => stored));
      return written;
    }
    if (written.fault.code !== "database.invalid") return written;
    if (part.length === 1) return this.#putAside(first.stored, written.fault.detail);
    const middle = Math.ceil(part.length / 2);
    const left = await this.#ship(part.slice(0, middle));
    return left.ok ? this.#ship(part.slice(middle)) : left;
  }

  async #putAside(stored: Stored, why: string): Promise<Result<void>> {
    const { log, onSetAside, setAside } = this.#options;
    const added = await setAside.add(stored.body, why);
    if (!added.ok) return added;
    log.warn("record-refused", { why });
    onSetAside(why);
    this.#count("refused");
    await this.#forget([stored]);
    return ok(undefined);
  }

  /** A cursor that cannot be written only means that a restart ships some records again. */
  async #forget(stored: readonly Stored[]): Promise<void> {
    for (const each of stored) this.#settled.add(each);
    await this.#options.outbox.confirm(stored.map(({ position }) => position));
  }

  #count(outcome: string, by = 1): void {
    this.#options.metrics.count("ballast_history_records_total", { outcome }, by);
  }
}

const decode = (body: string): HistoryRecord | undefined =>
  HistoryRecord.safeParse(jsonIn(body)).data;
