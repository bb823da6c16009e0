import type { GridEventRecord, HistoryRecord } from "@ballast/history";
import type { Clock, Metrics, Storage } from "@ballast/kernel";
import type { Outbox, OutboxRecord } from "@ballast/outbox";
import { laneOf } from "./core/lane-of.ts";
import { decodeMemory } from "./core/memory-text.ts";
import { type Heard, Recorder } from "./core/recorder.ts";
import type { RecorderSettings } from "./core/settings.ts";
import type { Receipts } from "./receipts.ts";

const memoryName = "recorder.json";
/** What the recorder remembers changes all the time; it is worth this many seconds of it. */
const memoryPeriodMs = 60_000;
/** Events of our own making that the disk refused. Those of others are kept by their services. */
const heldMax = 5_000;

export interface IntakeOptions {
  readonly outbox: Outbox;
  readonly receipts: Receipts;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly settings: RecorderSettings;
  readonly onGridEvent: (kind: "began" | "ended", event: GridEventRecord) => void;
}

/** An event that its service keeps until it has our receipt. */
export interface Kept {
  readonly service: string;
  readonly id: string;
}

export async function openIntake(options: IntakeOptions): Promise<Intake> {
  const read = await options.storage.read(memoryName);
  const text = read.ok && read.value !== undefined ? new TextDecoder().decode(read.value) : "";
  const now = { atMs: options.clock.wallMs(), monoMs: options.clock.monotonicMs() };
  return new Intake(options, new Recorder(options.settings, { now, memory: decodeMemory(text) }));
}

/** From the bus to the disk: whatever is heard becomes records, and records are appended. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #recorder: Recorder;
  #held: OutboxRecord[] = [];
  #isMemoryDue = false;
  #memorySavedMonoMs: number;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(options: IntakeOptions, recorder: Recorder) {
    this.#options = options;
    this.#recorder = recorder;
    this.#memorySavedMonoMs = options.clock.monotonicMs();
  }

  hear(heard: Heard, monoMs: number): void {
    this.#recorder.hear(heard, { atMs: this.#options.clock.wallMs(), monoMs });
    void this.#store();
  }

  /** Its service is told once it is on disk. What the disk refuses, the service says again. */
  async hearKept(heard: Heard, { id, service }: Kept, monoMs: number): Promise<void> {
    const { clock, receipts } = this.#options;
    if (!receipts.isNews(service, id)) return;
    this.#recorder.hear(heard, { atMs: clock.wallMs(), monoMs });
    const isStored = await this.#store();
    if (isStored) receipts.onStored(service, id);
    else receipts.onLost(id);
  }

  /** Written as it is: what no other message has to be compared with. */
  add(record: HistoryRecord): void {
    void this.#append([record]);
  }

  async tick(): Promise<void> {
    const { clock } = this.#options;
    const now = { atMs: clock.wallMs(), monoMs: clock.monotonicMs() };
    this.#recorder.tick(now);
    void this.#store();
    await this.#storeHeld();
    if (this.#isMemoryDue || now.monoMs - this.#memorySavedMonoMs >= memoryPeriodMs) {
      await this.#saveMemory();
    }
  }

  async stop(): Promise<void> {
    const { clock } = this.#options;
    this.#recorder.flush({ atMs: clock.wallMs(), monoMs: clock.monotonicMs() });
    await this.#store();
    await this.#storeHeld();
    await this.#saveMemory();
  }

  #store(): Promise<boolean> {
    const { notices, records } = this.#recorder.take();
    for (const { event, kind } of notices) this.#options.onGridEvent(kind, event);
    return this.#append(records);
  }

  async #append(records: readonly HistoryRecord[]): Promise<boolean> {
    if (records.length === 0) return true;
    // An open event, alert or outage must be known after a crash, or its end has no beginning.
    if (records.some(({ kind }) => isLasting(kind))) this.#isMemoryDue = true;
    const outgoing = records.map((record) => ({
      lane: laneOf[record.kind],
      atMs: record.atMs,
      body: JSON.stringify(record),
    }));
    const appended = await this.#options.outbox.append(outgoing);
    this.#count(appended.ok ? "recorded" : "not-recorded", records.length);
    if (!appended.ok) this.#hold(records, outgoing);
    return appended.ok;
  }

  /** Cycles and decisions come again by themselves; samples are worth no memory. */
  #hold(records: readonly HistoryRecord[], outgoing: readonly OutboxRecord[]): void {
    const ours = outgoing.filter((_, index) => {
      const kind = records[index]?.kind;
      return kind !== undefined && isLasting(kind);
    });
    const room = heldMax - this.#held.length;
    this.#held.push(...ours.slice(0, room));
    this.#count("lost", Math.max(0, ours.length - room));
  }

  async #storeHeld(): Promise<void> {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    const appended = await this.#options.outbox.append(held);
    if (!appended.ok) this.#held = [...held, ...this.#held].slice(0, heldMax);
  }

  #saveMemory(): Promise<unknown> {
    const { clock, storage } = this.#options;
    this.#isMemoryDue = false;
    this.#memorySavedMonoMs = clock.monotonicMs();
    const text = JSON.stringify(this.#recorder.memory);
    // In order, and one at a time. Trouble with the disk is told by the outbox.
    this.#saving = this.#saving.then(() =>
      storage.replace(memoryName, new TextEncoder().encode(text)),
    );
    return this.#saving;
  }

  #count(outcome: string, by: number): void {
    if (by > 0) this.#options.metrics.count("ballast_history_records_total", { outcome }, by);
  }
}

const isLasting = (kind: HistoryRecord["kind"]): boolean =>
  kind === "gridEvent" || kind === "alert" || kind === "outage";
