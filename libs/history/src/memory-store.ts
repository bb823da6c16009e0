import { fail, ok, type Result } from "@ballast/kernel";
import { monthStart } from "./months.ts";
import type { HistoryRecord, RecordKind, RecordOf } from "./records.ts";
import type { HistoryStore, Retention, Selection } from "./store.ts";
import { isNewer, recordKinds } from "./tables.ts";

/** A database without a database, with the troubles of a real one on demand. */
export interface MemoryStore extends HistoryStore {
  readonly rows: ReadonlyMap<string, HistoryRecord>;
  setAway(isAway: boolean): void;
  /** The next write is done, and its answer is lost. */
  loseNextAnswer(): void;
  /** How many writes were asked for, those that failed included. */
  readonly writesCount: number;
}

export const memoryStore = (): MemoryStore => new InMemory();

const keyOf = ({ kind, id }: HistoryRecord): string => `${kind} ${id}`;

class InMemory implements MemoryStore {
  readonly rows = new Map<string, HistoryRecord>();
  writesCount = 0;
  #isAway = false;
  #isAnswerLost = false;

  setAway(isAway: boolean): void {
    this.#isAway = isAway;
  }

  loseNextAnswer(): void {
    this.#isAnswerLost = true;
  }

  async write(records: readonly HistoryRecord[]): Promise<Result<void>> {
    this.writesCount += 1;
    if (this.#isAway) return fail("database.away", "the database is away");
    // As PostgreSQL: its texts cannot hold the character with the number zero.
    if (records.some((record) => JSON.stringify(record).includes("\\u0000"))) {
      return fail("database.invalid", "unsupported Unicode escape sequence");
    }
    for (const record of records) {
      const known = this.rows.get(keyOf(record));
      if (known === undefined) this.rows.set(keyOf(record), record);
      else if (isNewer(known, record)) {
        this.rows.set(keyOf(record), { ...record, atMs: known.atMs });
      }
    }
    if (!this.#isAnswerLost) return ok(undefined);
    this.#isAnswerLost = false;
    return fail("database.away", "the connection broke before the answer");
  }

  async read<Kind extends RecordKind>(
    kind: Kind,
    { fromAtMs = -Infinity, untilAtMs = Infinity, ids, eventId, countMax, order }: Selection,
  ): Promise<Result<readonly RecordOf<Kind>[]>> {
    if (this.#isAway) return fail("database.away", "the database is away");
    const isOf = (record: HistoryRecord): record is RecordOf<Kind> => record.kind === kind;
    const found = [...this.rows.values()]
      .filter(isOf)
      .filter(({ atMs }) => fromAtMs <= atMs && atMs < untilAtMs)
      .filter(({ id }) => ids === undefined || ids.includes(id))
      .filter((record) => eventId === undefined || belongsTo(record, eventId))
      .sort((left, right) => left.atMs - right.atMs || (left.id < right.id ? -1 : 1));
    return ok((order === "newest" ? found.reverse() : found).slice(0, countMax));
  }

  async tend(nowAtMs: number, retention: Retention): Promise<Result<void>> {
    if (this.#isAway) return fail("database.away", "the database is away");
    for (const kind of recordKinds) {
      const months = retention[kind];
      if (months === undefined) continue;
      const beforeMs = monthStart(nowAtMs, -months);
      for (const [key, record] of this.rows) {
        if (record.kind === kind && record.atMs < beforeMs) this.rows.delete(key);
      }
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

const belongsTo = (record: HistoryRecord, eventId: string): boolean =>
  record.kind === "gridEventSamples" && record.eventId === eventId;
