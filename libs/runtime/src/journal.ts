import type { AppendFile, Clock, Log, Result, Storage } from "@ballast/kernel";

const flushPeriodMs = 1_000;
const fileCharactersMax = 32 * 1_024 * 1_024;
const fileCountMax = 16;
/** What may wait in memory while the disk is slow; then lines are dropped, and counted. */
const waitingCharactersMax = 8 * 1_024 * 1_024;

/** Lines for people and replays. A power cut may cost the last second; control never waits. */
export interface Journal {
  append(line: string): void;
  close(): Promise<void>;
}

export interface JournalOptions {
  /** A folder of its own under the site's storage. */
  readonly folder: string;
  /** The first line of each file, so that every file can be read by itself. */
  readonly header: () => string;
  readonly onTrouble?: (detail: string | undefined) => void;
}
export type OpenJournal = (options: JournalOptions) => Journal;

interface Surroundings {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
}

export const journalIn =
  (surroundings: Surroundings): OpenJournal =>
  (options) =>
    new RotatingJournal(surroundings, options);

/** Lines that belong to one file, the first of them its header where the file is new. */
interface Segment {
  readonly isNewFile: boolean;
  readonly lines: string[];
}

class RotatingJournal implements Journal {
  readonly #surroundings: Surroundings;
  readonly #options: JournalOptions;
  readonly #stop: () => void;
  #file: AppendFile | undefined;
  #segments: Segment[] = [];
  /** Of the file that the next line belongs to; undefined: it belongs to a new one. */
  #fileCharacters: number | undefined;
  #waitingCharacters = 0;
  #isInTrouble = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(surroundings: Surroundings, options: JournalOptions) {
    this.#surroundings = surroundings;
    this.#options = options;
    this.#stop = surroundings.clock.every(flushPeriodMs, "journal", () => this.#flush());
  }

  append(line: string): void {
    if (this.#waitingCharacters + line.length > waitingCharactersMax) {
      this.#report("the disk is too slow: lines were dropped");
      this.#fileCharacters = undefined; // Behind a gap only a new header makes sense.
      return;
    }
    if (this.#fileCharacters === undefined || this.#fileCharacters > fileCharactersMax) {
      // The header tells the state before the first line it stands above.
      this.#segments.push({ isNewFile: true, lines: [this.#options.header()] });
      this.#fileCharacters = 0;
    }
    if (this.#segments.length === 0) this.#segments.push({ isNewFile: false, lines: [] });
    this.#segments.at(-1)?.lines.push(line);
    this.#fileCharacters += line.length + 1;
    this.#waitingCharacters += line.length + 1;
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#flush();
    await this.#file?.close();
  }

  #flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeWaiting());
    return this.#flushing;
  }

  async #writeWaiting(): Promise<void> {
    const segments = this.#segments;
    this.#segments = [];
    this.#waitingCharacters = 0;
    for (const segment of segments) {
      const written = await this.#write(segment);
      this.#report(written.ok ? undefined : written.fault.detail);
      if (!written.ok) this.#fileCharacters = undefined;
    }
  }

  async #write({ isNewFile, lines }: Segment): Promise<Result<void>> {
    if (isNewFile || this.#file === undefined) {
      const opened = await this.#openNext();
      if (!opened.ok) return opened;
      this.#file = opened.value;
    }
    return this.#file.append(new TextEncoder().encode(`${lines.join("\n")}\n`));
  }

  async #openNext(): Promise<Result<AppendFile>> {
    const { storage, clock } = this.#surroundings;
    await this.#file?.close();
    this.#file = undefined;
    await this.#removeOldest();
    const stamp = new Date(clock.wallMs()).toISOString().replaceAll(":", "-");
    return storage.openAppend(`${this.#options.folder}/${stamp}.jsonl`);
  }

  async #removeOldest(): Promise<void> {
    const { storage } = this.#surroundings;
    const { folder } = this.#options;
    const names = await storage.list(folder);
    if (!names.ok) return;
    const journals = names.value.filter((name) => name.endsWith(".jsonl")).sort();
    for (const name of journals.slice(0, Math.max(0, journals.length + 1 - fileCountMax))) {
      await storage.remove(`${folder}/${name}`);
    }
  }

  #report(detail: string | undefined): void {
    const isInTrouble = detail !== undefined;
    if (isInTrouble === this.#isInTrouble) return;
    this.#isInTrouble = isInTrouble;
    this.#surroundings.log.warn(isInTrouble ? "journal-failed" : "journal-recovered", { detail });
    this.#options.onTrouble?.(detail);
  }
}
