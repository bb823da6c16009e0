import { type Fault, fail, ok, type Result, type Storage } from "@ballast/kernel";
import { type Cursor, decodeCursor, encodeCursor } from "./core/cursor.ts";
import { Lane } from "./lane.ts";

/** Events are never given up. Samples are, oldest first, when there is no room. */
export const laneNames = ["events", "samples"] as const;
export type LaneName = (typeof laneNames)[number];

export interface OutboxRecord {
  readonly lane: LaneName;
  /** When it was made, by the calendar. */
  readonly atMs: number;
  /** One line of text, as a rule JSON. The queue does not look into it. */
  readonly body: string;
}

/** Names one record for as long as it is in the queue, also across restarts. */
export interface Position {
  readonly lane: LaneName;
  readonly sequence: number;
}

export interface Stored extends OutboxRecord {
  readonly position: Position;
}

export interface PeekOptions {
  readonly countMax: number;
  /** Both by default, events first. */
  readonly lanes?: readonly LaneName[];
  /** Only what stands behind this record in its own lane. */
  readonly after?: Position;
}

/** What was appended stays, through crashes and power cuts, until it is confirmed. */
export interface Outbox {
  /**
   * Resolves when the records are on disk, with their positions; samples that were given up for
   * want of room have none. Calls that come meanwhile share the next flush. After a fault the
   * records are still the caller's.
   */
  append(records: readonly OutboxRecord[]): Promise<Result<readonly (Position | undefined)[]>>;
  /** The oldest first, read from the disk: at most so many, and at most a few megabytes. */
  peek(options: PeekOptions): Promise<readonly Stored[]>;
  /**
   * These may be forgotten. It counts at once; a fault only means that a restart may bring them
   * again.
   */
  confirm(positions: readonly Position[]): Promise<Result<void>>;
  /** Of the oldest record that waits; undefined when nothing does. */
  oldestAtMs(): Promise<number | undefined>;
  waitingIn(lane: LaneName): number;
  readonly waitingCount: number;
  /** Samples given up since the start, for want of room. */
  readonly droppedCount: number;
  /** Records that the disk lost or spoiled, as far as they were come across. */
  readonly damagedCount: number;
  readonly bytes: number;
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly storage: Storage;
  /** A folder of its own under the service's storage. */
  readonly folder: string;
  readonly bytesMax: number;
  /** Only told when it changes. `storage.full`: samples are given up, or events refused. */
  readonly onTrouble: (fault: Fault | undefined) => void;
}

const segmentBytesLimit = 4 * 1_024 * 1_024;
/** Dropping a file gives up this share of the room at most. */
const segmentsMin = 16;
const batchLengthMax = 1_024 * 1_024;
const waitingLengthMax = 16 * 1_024 * 1_024;
const peekLengthMax = 2 * 1_024 * 1_024;
/** Below this share of what was full there is room again: an alarm must not flicker. */
const roomyRatio = 0.75;

/** Never throws: what a crash left is cut, what the disk spoiled is skipped and counted. */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const outbox = new DiskOutbox(options);
  await outbox.open();
  return outbox;
}

interface Call {
  readonly records: readonly OutboxRecord[];
  readonly length: number;
  readonly done: (outcome: Result<readonly (Position | undefined)[]>) => void;
}

class DiskOutbox implements Outbox {
  readonly #options: OutboxOptions;
  readonly #cursorName: string;
  #lanes: Readonly<Record<LaneName, Lane>>;
  /** What is on the disk must be known before anything is written beside it. */
  #isOpen = false;
  readonly #calls: Call[] = [];
  #callsLength = 0;
  #writing: Promise<void> | undefined;
  #cursorWriting: Promise<Result<void>> | undefined;
  #cursorNext: Promise<Result<void>> | undefined;
  #droppedCount = 0;
  /** How much was there when room was last wanting. */
  #fullAtBytes: number | undefined;
  #troubleCode: string | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#cursorName = `${options.folder}/cursor`;
    this.#lanes = this.#lanesFrom({});
  }

  /** Tried again with every append until the disk can be read. */
  async open(): Promise<Result<void>> {
    if (this.#isOpen) return ok(undefined);
    const read = await this.#options.storage.read(this.#cursorName);
    let opened: Result<unknown> = read;
    if (read.ok) {
      const lanes = this.#lanesFrom(decodeCursor(new TextDecoder().decode(read.value)));
      opened = await lanes.events.open();
      if (opened.ok) opened = await lanes.samples.open();
      if (opened.ok) this.#lanes = lanes;
    }
    this.#isOpen = opened.ok;
    if (opened.ok) return ok(undefined);
    this.#report(opened.fault);
    return opened;
  }

  get waitingCount(): number {
    return this.waitingIn("events") + this.waitingIn("samples");
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  get damagedCount(): number {
    return this.#lanes.events.damagedCount + this.#lanes.samples.damagedCount;
  }

  get bytes(): number {
    return this.#lanes.events.bytes + this.#lanes.samples.bytes;
  }

  waitingIn(lane: LaneName): number {
    return this.#lanes[lane].waitingCount;
  }

  append(records: readonly OutboxRecord[]): ReturnType<Outbox["append"]> {
    const length = records.reduce((sum, { body }) => sum + body.length, 0);
    if (this.#callsLength > 0 && this.#callsLength + length > waitingLengthMax) {
      return Promise.resolve(fail("storage.failed", "the disk is too slow: too much waits for it"));
    }
    this.#callsLength += length;
    return new Promise((done) => {
      this.#calls.push({ records, length, done });
      this.#writing ??= this.#writeCalls();
    });
  }

  async peek({ after, countMax, lanes = laneNames }: PeekOptions): Promise<readonly Stored[]> {
    const found: Stored[] = [];
    for (const name of lanes) {
      if (found.length >= countMax) break;
      const lines = await this.#lanes[name].read({
        after: after?.lane === name ? after.sequence : 0,
        countMax: countMax - found.length,
        bytesMax: peekLengthMax,
      });
      for (const { sequence, ...record } of lines) {
        found.push({ ...record, lane: name, position: { lane: name, sequence } });
      }
    }
    return found;
  }

  async oldestAtMs(): Promise<number | undefined> {
    const oldest: number[] = [];
    for (const name of laneNames) {
      const [record] = await this.peek({ countMax: 1, lanes: [name] });
      if (record !== undefined) oldest.push(record.atMs);
    }
    return oldest.length === 0 ? undefined : Math.min(...oldest);
  }

  confirm(positions: readonly Position[]): Promise<Result<void>> {
    const news = positions.filter(({ lane, sequence }) => this.#lanes[lane].confirm(sequence));
    return news.length === 0 ? Promise.resolve(ok(undefined)) : this.#writeCursor();
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#cursorNext;
    await this.#cursorWriting;
    for (const name of laneNames) await this.#lanes[name].close();
  }

  #lanesFrom(cursor: Cursor): Readonly<Record<LaneName, Lane>> {
    const { bytesMax, folder, storage } = this.#options;
    const segmentBytesMax = Math.min(segmentBytesLimit, Math.ceil(bytesMax / segmentsMin));
    const laneOf = (name: LaneName): Lane =>
      new Lane({ storage, folder, name, segmentBytesMax }, cursor[name] ?? []);
    return { events: laneOf("events"), samples: laneOf("samples") };
  }

  /** Calls made while one write runs are answered by a single next one. */
  #writeCursor(): Promise<Result<void>> {
    if (this.#cursorWriting === undefined) {
      this.#cursorWriting = this.#writeCursorNow();
      return this.#cursorWriting;
    }
    this.#cursorNext ??= this.#cursorWriting.then(() => {
      this.#cursorNext = undefined;
      this.#cursorWriting = this.#writeCursorNow();
      return this.#cursorWriting;
    });
    return this.#cursorNext;
  }

  async #writeCursorNow(): Promise<Result<void>> {
    const { storage } = this.#options;
    const cursor: Cursor = {
      events: this.#lanes.events.confirmed,
      samples: this.#lanes.samples.confirmed,
    };
    const replaced = await storage.replace(
      this.#cursorName,
      new TextEncoder().encode(encodeCursor(cursor)),
    );
    // Files go whether or not the cursor could be written: on a full disk they are what is wanted.
    for (const name of laneNames) await this.#lanes[name].tidy();
    this.#noteRoom();
    if (this.#cursorNext === undefined) this.#cursorWriting = undefined;
    return replaced;
  }

  async #writeCalls(): Promise<void> {
    while (this.#calls.length > 0) {
      const batch = this.#takeBatch();
      const opened = await this.open();
      if (!opened.ok) {
        for (const { done } of batch) done(opened);
        continue;
      }
      const positions = new Map<OutboxRecord, Position>();
      const faults = new Map<LaneName, Fault>();
      for (const lane of laneNames) {
        const records = batch.flatMap((call) => call.records.filter((each) => each.lane === lane));
        const stored = records.length === 0 ? ok(undefined) : await this.#store(lane, records);
        if (!stored.ok) faults.set(lane, stored.fault);
        else if (stored.value !== undefined) {
          const { first } = stored.value;
          for (const [index, record] of records.entries()) {
            positions.set(record, { lane, sequence: first + index });
          }
        }
      }
      this.#report(faults.get("events") ?? faults.get("samples"));
      for (const { done, records } of batch) {
        const failed = records.find(({ lane }) => faults.has(lane));
        const fault = failed && faults.get(failed.lane);
        done(fault ? { ok: false, fault } : ok(records.map((record) => positions.get(record))));
      }
    }
    this.#writing = undefined;
  }

  #takeBatch(): readonly Call[] {
    let count = 0;
    let length = 0;
    for (const call of this.#calls) {
      if (count > 0 && length + call.length > batchLengthMax) break;
      count += 1;
      length += call.length;
    }
    this.#callsLength -= length;
    return this.#calls.splice(0, count);
  }

  /** Undefined: samples that found no room, and are counted as dropped. */
  async #store(
    lane: LaneName,
    records: readonly OutboxRecord[],
  ): Promise<Result<{ readonly first: number } | undefined>> {
    const aboutBytes = records.reduce((sum, { body }) => sum + body.length + frameBytes, 0);
    for (;;) {
      const isOver = this.bytes + aboutBytes > this.#options.bytesMax;
      const stored = isOver
        ? fail("storage.full", `${this.#options.bytesMax} bytes are in use`)
        : await this.#lanes[lane].append(records);
      if (stored.ok || stored.fault.code !== "storage.full") return stored;
      if (await this.#makeRoom()) continue;
      if (lane === "events") return stored;
      this.#giveUp(records.length);
      return ok(undefined);
    }
  }

  async #makeRoom(): Promise<boolean> {
    for (const name of laneNames) if (await this.#lanes[name].releaseTail()) return true;
    const fullAtBytes = this.bytes;
    const lostCount = await this.#lanes.samples.dropOldest();
    if (lostCount === undefined) return false;
    this.#giveUp(lostCount, fullAtBytes);
    return true;
  }

  #giveUp(count: number, fullAtBytes = this.bytes): void {
    this.#droppedCount += count;
    if (count > 0) this.#fullAtBytes = fullAtBytes;
  }

  #noteRoom(): void {
    const fullAtBytes = this.#fullAtBytes;
    if (fullAtBytes === undefined) return;
    const isRoomier = this.bytes > fullAtBytes + segmentBytesLimit; // Somebody freed the disk.
    if (isRoomier || this.bytes <= fullAtBytes * roomyRatio) this.#fullAtBytes = undefined;
  }

  #report(fault: Fault | undefined): void {
    if (fault === undefined) this.#noteRoom();
    const trouble =
      fault ??
      (this.#fullAtBytes === undefined
        ? undefined
        : { code: "storage.full" as const, detail: `${this.#droppedCount} samples given up` });
    if (trouble?.code === this.#troubleCode) return;
    this.#troubleCode = trouble?.code;
    this.#options.onTrouble(trouble);
  }
}

/** Checksum, number, time and line break. */
const frameBytes = 48;
