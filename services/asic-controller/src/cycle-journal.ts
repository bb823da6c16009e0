import {
  type AppendFile,
  type Clock,
  fail,
  type Log,
  ok,
  type Result,
  type Storage,
} from "@ballast/kernel";
import {
  type CycleRecord,
  encodeLine,
  type JournalLine,
  type Recovered,
  recoverLines,
} from "./core/cycle-record.ts";

const fileName = "cycles.jsonl";
/** Past so many more lines than are needed the file is rewritten. */
const spareLinesMax = 20_000;
const markPeriodMs = 15_000;

/** Cycles that wait to be kept; more than any fleet makes while a disk is ill. */
const unkeptMax = 50_000;

export type CycleEntry = Omit<CycleRecord, "sequence" | "cycleId"> & {
  /** A miner was told to stop or to start: the history counts it. */
  readonly isCycle?: boolean;
};

/** The truth about wear. Memory runs ahead of the disk; whoever must not, waits for the promise. */
export interface CycleJournal {
  readonly recovered: Recovered;
  /** Resolves when the entries are on disk. The sequence numbers are given in order, at once. */
  write(entries: readonly CycleEntry[]): {
    readonly records: readonly CycleRecord[];
    readonly isDurable: Promise<Result<void>>;
  };
  /** The event of this cycle is safe elsewhere; until it is told, no start forgets it. */
  kept(sequence: number): void;
  close(): Promise<void>;
}

interface Surroundings {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly onTrouble: (detail: string | undefined) => void;
  /** Different in every run: what a dead disk swallowed must not lend its id to another cycle. */
  readonly idPrefix: string;
  /**
   * A cycle that is on disk, or that the disk has refused. Only then may the world hear of it: a
   * cycle that the journal forgets in a crash is found and counted anew.
   */
  readonly onCycle: (record: CycleRecord) => void;
}

/** A disk that cannot be used costs the record, never the control: trouble is an alarm. */
export async function openCycleJournal(surroundings: Surroundings): Promise<CycleJournal> {
  const opened = await openFile(surroundings.storage);
  const recovered = opened.ok ? opened.value.recovered : recoverLines(new Uint8Array());
  if (recovered.damagedCount > 0) {
    surroundings.log.warn("journal-damaged", { damagedCount: recovered.damagedCount });
  }
  const file = opened.ok ? opened.value.file : undefined;
  const journal = new FileJournal(surroundings, recovered, file);
  if (!opened.ok) surroundings.onTrouble(opened.fault.detail);
  return journal;
}

async function openFile(
  storage: Storage,
): Promise<Result<{ readonly file: AppendFile; readonly recovered: Recovered }>> {
  const content = await storage.read(fileName);
  if (!content.ok) return content;
  const recovered = recoverLines(content.value ?? new Uint8Array());
  const opened = await storage.openAppend(fileName);
  if (!opened.ok) return opened;
  const file = opened.value;
  if (file.lengthBytes === recovered.wholeBytes) return ok({ file, recovered });
  const cut = await file.truncate(recovered.wholeBytes);
  if (cut.ok) return ok({ file, recovered });
  await file.close();
  return cut;
}

class FileJournal implements CycleJournal {
  readonly recovered: Recovered;
  readonly #surroundings: Surroundings;
  readonly #stopMarks: () => void;
  readonly #latest: Map<string, CycleRecord>;
  readonly #wasRead: boolean;
  /** Not yet on disk: each cycle, and the latest line of each miner. */
  #waiting = new Map<string, JournalLine>();
  /** Cycles whose event is not kept yet, oldest first. They outlive the renewal of the file. */
  readonly #unkept: Map<number, CycleRecord>;
  #file: AppendFile | undefined;
  #lineCount: number;
  #sequence: number;
  #toldSequence = 0;
  #isInTrouble = false;
  #writing: Promise<Result<void>> | undefined;

  constructor(surroundings: Surroundings, recovered: Recovered, file: AppendFile | undefined) {
    this.recovered = recovered;
    this.#surroundings = surroundings;
    this.#latest = new Map(recovered.records);
    this.#unkept = new Map(recovered.unkept.map((record) => [record.sequence, record]));
    this.#lineCount = recovered.lineCount;
    this.#sequence = recovered.lastSequence;
    this.#file = file;
    this.#wasRead = file !== undefined;
    this.#isInTrouble = file === undefined;
    this.#stopMarks = surroundings.clock.every(markPeriodMs, "journal-mark", () => this.#mark());
  }

  write(entries: readonly CycleEntry[]): ReturnType<CycleJournal["write"]> {
    const records = entries.map(({ isCycle, ...entry }): CycleRecord => {
      this.#sequence += 1;
      const sequence = this.#sequence;
      const cycleId = `${this.#surroundings.idPrefix}-${sequence}`;
      const record = { ...entry, sequence, ...(isCycle === true && { cycleId }) };
      const before = this.#latest.get(record.minerId);
      this.#latest.set(record.minerId, record);
      if (before !== undefined) this.#dropIfIdle(before);
      this.#waiting.set(keyOf(record), record);
      if (isCycle === true) this.#rememberCycle(record);
      return record;
    });
    return { records, isDurable: this.#flush() };
  }

  kept(sequence: number): void {
    const record = this.#unkept.get(sequence);
    if (record === undefined) return;
    this.#unkept.delete(sequence);
    this.#dropIfIdle(record);
  }

  async close(): Promise<void> {
    this.#stopMarks();
    this.#mark();
    await this.#flush();
    await this.#file?.close();
  }

  #mark(): void {
    this.#sequence += 1;
    this.#waiting.set("", this.#markLine());
    void this.#flush();
  }

  #markLine(): JournalLine {
    const [oldest] = this.#unkept.keys();
    const keptSequence = oldest === undefined ? this.#sequence : oldest - 1;
    const atMs = this.#surroundings.clock.wallMs();
    return { kind: "mark", sequence: this.#sequence, atMs, keptSequence };
  }

  #rememberCycle(record: CycleRecord): void {
    this.#unkept.set(record.sequence, record);
    if (this.#unkept.size <= unkeptMax) return;
    const [oldest] = this.#unkept.values();
    if (oldest === undefined) return;
    this.kept(oldest.sequence);
  }

  /** A line that neither tells how a miner stands nor waits to be kept need not be written. */
  #dropIfIdle(record: CycleRecord): void {
    if (!this.#isNeeded(record)) this.#waiting.delete(keyOf(record));
  }

  #isNeeded({ minerId, sequence }: CycleRecord): boolean {
    return this.#unkept.has(sequence) || this.#latest.get(minerId)?.sequence === sequence;
  }

  /** One write at a time; what comes meanwhile goes out together with the next one. */
  #flush(): Promise<Result<void>> {
    const before = this.#writing;
    const next = (before ?? Promise.resolve(ok(undefined))).then(() => this.#writeWaiting());
    const settled = next.finally(() => {
      if (this.#writing === settled) this.#writing = undefined;
    });
    this.#writing = settled;
    return settled;
  }

  async #writeWaiting(): Promise<Result<void>> {
    if (this.#waiting.size === 0) return ok(undefined);
    const batch = this.#waiting;
    this.#waiting = new Map();
    const written = await this.#append([...batch.values()]);
    if (!written.ok) {
      // The latest word counts; what was said meanwhile stays.
      this.#waiting = new Map(
        [...batch, ...this.#waiting].filter(
          ([, line]) => line.kind === "mark" || this.#isNeeded(line),
        ),
      );
    }
    this.#report(written);
    this.#tellCycles(batch.values());
    return written;
  }

  /** Once each, in the order in which they happened. */
  #tellCycles(lines: Iterable<JournalLine>): void {
    for (const line of lines) {
      if (line.kind === "mark" || line.cycleId === undefined) continue;
      if (line.sequence <= this.#toldSequence) continue;
      this.#toldSequence = line.sequence;
      this.#surroundings.onCycle(line);
    }
  }

  async #append(lines: readonly JournalLine[]): Promise<Result<void>> {
    // What could not be read at the start must not be overwritten: a good disk may hold it yet.
    if (!this.#wasRead) return fail("storage.failed", "the journal could not be read at the start");
    const neededCount = this.#latest.size + this.#unkept.size;
    if (this.#file === undefined || this.#lineCount - neededCount > spareLinesMax) {
      const rewritten = await this.#rewrite();
      if (!rewritten.ok) return rewritten;
    }
    if (this.#file === undefined) return fail("storage.failed", "the journal is not open");
    const bytes = new TextEncoder().encode(lines.map(encodeLine).join(""));
    this.#lineCount += lines.length;
    const written = await this.#file.append(bytes);
    // A failed write may have left half a line: the whole file is written anew before the next.
    if (!written.ok) await this.#drop();
    return written;
  }

  /** Replaced as a whole, so a crash leaves the long file or the short one, and both are true. */
  async #rewrite(): Promise<Result<void>> {
    await this.#drop();
    const { storage } = this.#surroundings;
    const records = new Set([...this.#latest.values(), ...this.#unkept.values()]);
    const lines: JournalLine[] = [...records, this.#markLine()];
    const bytes = new TextEncoder().encode(lines.map(encodeLine).join(""));
    const replaced = await storage.replace(fileName, bytes);
    if (!replaced.ok) return replaced;
    const opened = await openFile(storage);
    if (!opened.ok) return opened;
    this.#file = opened.value.file;
    this.#lineCount = lines.length;
    return ok(undefined);
  }

  async #drop(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #report(written: Result<void>): void {
    if (written.ok !== this.#isInTrouble) return;
    this.#isInTrouble = !written.ok;
    this.#surroundings.onTrouble(written.ok ? undefined : written.fault.detail);
  }
}

const keyOf = ({ cycleId, minerId }: CycleRecord): string =>
  cycleId === undefined ? `miner/${minerId}` : `cycle/${cycleId}`;
