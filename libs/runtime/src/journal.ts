import type { AppendFile, Clock, Log, Result, Storage } from "@ballast/kernel";

const flushPeriodMs = 1_000;
const fileBytesMax = 32 * 1_024 * 1_024;
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

class RotatingJournal implements Journal {
  readonly #surroundings: Surroundings;
  readonly #options: JournalOptions;
  readonly #stop: () => void;
  #file: AppendFile | undefined;
  #fileBytes = 0;
  #waiting: string[] = [];
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
      return;
    }
    // The header tells the state before the first line it stands above.
    if (this.#waiting.length === 0 && this.#file === undefined) {
      this.#waiting.push(this.#options.header());
    }
    this.#waiting.push(line);
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
    if (this.#waiting.length === 0) return;
    const bytes = new TextEncoder().encode(`${this.#waiting.join("\n")}\n`);
    this.#waiting = [];
    this.#waitingCharacters = 0;
    const written = await this.#write(bytes);
    this.#report(written.ok ? undefined : written.fault.detail);
    if (written.ok && this.#fileBytes < fileBytesMax) return;
    await this.#file?.close();
    this.#file = undefined; // The next line opens a new file, with a header of its own.
    this.#fileBytes = 0;
  }

  async #write(bytes: Uint8Array): Promise<Result<void>> {
    if (this.#file === undefined) {
      const { storage, clock } = this.#surroundings;
      const stamp = new Date(clock.wallMs()).toISOString().replaceAll(":", "-");
      const opened = await storage.openAppend(`${this.#options.folder}/${stamp}.jsonl`);
      if (!opened.ok) return opened;
      this.#file = opened.value;
      await this.#removeOldest();
    }
    this.#fileBytes += bytes.length;
    return this.#file.append(bytes);
  }

  async #removeOldest(): Promise<void> {
    const { storage } = this.#surroundings;
    const { folder } = this.#options;
    const names = await storage.list(folder);
    if (!names.ok) return;
    const journals = names.value.filter((name) => name.endsWith(".jsonl")).sort();
    for (const name of journals.slice(0, Math.max(0, journals.length - fileCountMax))) {
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
