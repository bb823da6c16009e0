import type { Result } from "@ballast/kernel";
import type { HistoryRecord, RecordKind, RecordOf } from "./records.ts";

/** How many months of each kind are kept; `undefined` is for ever. */
export type Retention = Readonly<Partial<Record<RecordKind, number>>>;

export interface Selection {
  readonly fromAtMs?: number;
  /** Not included. */
  readonly untilAtMs?: number;
  readonly ids?: readonly string[];
  /** Samples of one event. */
  readonly eventId?: string;
  /** At most so many, the oldest first, or the newest first. */
  readonly countMax: number;
  readonly order?: "oldest" | "newest";
}

/** Reads back what was written. Reports and tests stand on it. */
export interface HistoryReader {
  read<Kind extends RecordKind>(
    kind: Kind,
    selection: Selection,
  ): Promise<Result<readonly RecordOf<Kind>[]>>;
}

/**
 * Where the history ends up. Faults: `database.away`, try the same again later;
 * `database.invalid`, a record in the batch cannot be stored, and none of the batch was;
 * `database.refused`, nothing can be stored until somebody mends the database.
 */
export interface HistoryStore extends HistoryReader {
  /** All of them or none. The same record may come any number of times, in any order. */
  write(records: readonly HistoryRecord[]): Promise<Result<void>>;
  /** Forgets what is older than it may be, and makes room for the months to come. */
  tend(nowAtMs: number, retention: Retention): Promise<Result<void>>;
  close(): Promise<void>;
}
