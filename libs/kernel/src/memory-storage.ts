import { fail, ok, type Result } from "./result.ts";
import type { AppendFile, Storage } from "./storage.ts";

/** A disk without a disk, with the troubles of a real one on demand. It outlives its services. */
export interface MemoryStorage extends Storage {
  contentOf(name: string): Uint8Array | undefined;
  /** Writes past all rules, as a tired disk changes what it holds. */
  spoil(name: string, content: Uint8Array): void;
  names(): readonly string[];
  /** From now on every write fails, as on a full disk, until it is switched back. */
  setFull(isFull: boolean): void;
  /** The size of the disk: a write that goes past it is cut there, and fails. */
  setCapacity(capacityBytes: number | undefined): void;
  /** Bytes get into the file, and the flush behind them fails. */
  setFlushFailing(isFailing: boolean): void;
  /** Nothing can be read or listed, as on a disk that is about to be given up. */
  setUnreadable(isUnreadable: boolean): void;
  /** After so many more bytes the machine dies within a write; nothing ever answers again. */
  dieAfter(bytesCount: number): void;
  /** How long everything takes; what has not ended by then never happens to a dead machine. */
  setDelay(wait: (() => Promise<void>) | undefined): void;
  /** The same disk after the machine has died: whoever held the old one never hears from it. */
  reboot(): MemoryStorage;
  /** Another disk with what is on this one now. */
  copy(): MemoryStorage;
}

export const memoryStorage = (): MemoryStorage => new InMemory(new Map());

const never = <Value>(): Promise<Value> => new Promise(() => undefined);

class InMemory implements MemoryStorage {
  /** Pieces, joined when somebody reads: a journal gets thousands of appends and no reader. */
  readonly #files: Map<string, Uint8Array[]>;
  #isFull = false;
  #capacityBytes = Infinity;
  #isFlushFailing = false;
  #isUnreadable = false;
  #bytesToDeath = Infinity;
  #isDead = false;
  #wait: (() => Promise<void>) | undefined;

  constructor(files: Map<string, Uint8Array[]>) {
    this.#files = files;
  }

  contentOf(name: string): Uint8Array | undefined {
    return this.#files.has(name) ? this.#contentNow(name).slice() : undefined;
  }

  spoil(name: string, content: Uint8Array): void {
    this.#files.set(name, [content.slice()]);
  }

  names(): readonly string[] {
    return [...this.#files.keys()];
  }

  setFull(isFull: boolean): void {
    this.#isFull = isFull;
  }

  setCapacity(capacityBytes: number | undefined): void {
    this.#capacityBytes = capacityBytes ?? Infinity;
  }

  setFlushFailing(isFailing: boolean): void {
    this.#isFlushFailing = isFailing;
  }

  setUnreadable(isUnreadable: boolean): void {
    this.#isUnreadable = isUnreadable;
  }

  setDelay(wait: (() => Promise<void>) | undefined): void {
    this.#wait = wait;
  }

  dieAfter(bytesCount: number): void {
    this.#bytesToDeath = bytesCount;
  }

  reboot(): MemoryStorage {
    this.#isDead = true;
    const next = new InMemory(this.#files);
    next.setDelay(this.#wait);
    return next;
  }

  copy(): MemoryStorage {
    return new InMemory(new Map([...this.#files].map(([name, pieces]) => [name, [...pieces]])));
  }

  openAppend(name: string): Promise<Result<AppendFile>> {
    return this.#answer(() => {
      if (this.#isFull) return full;
      if (!this.#files.has(name)) this.#files.set(name, []);
      return ok({
        lengthBytes: this.#sizeOf(name),
        append: (bytes) => this.#answer(() => this.#append(name, bytes)),
        truncate: (lengthBytes) =>
          this.#answer(() => {
            if (this.#isFull) return full;
            this.#files.set(name, [this.#contentNow(name).slice(0, lengthBytes)]);
            return this.#flush();
          }),
        close: () => this.#answer(() => undefined),
      });
    });
  }

  read(name: string): Promise<Result<Uint8Array | undefined>> {
    return this.#reading(() => this.contentOf(name));
  }

  readRange(name: string, fromBytes: number, lengthBytes: number): Promise<Result<Uint8Array>> {
    return this.#reading(() => this.#contentNow(name).slice(fromBytes, fromBytes + lengthBytes));
  }

  size(name: string): Promise<Result<number>> {
    return this.#reading(() => this.#sizeOf(name));
  }

  replace(name: string, bytes: Uint8Array): Promise<Result<void>> {
    return this.#answer(() => {
      if (this.#isFull || this.#usedBytes() + bytes.length > this.#capacityBytes) return full;
      if (this.#isFlushFailing) return flushFailed; // The draft was never renamed.
      if (this.#survives(bytes.length)) this.#files.set(name, [bytes.slice()]);
      return ok(undefined);
    });
  }

  remove(name: string): Promise<Result<void>> {
    return this.#answer(() => {
      this.#files.delete(name);
      return ok(undefined);
    });
  }

  list(folder: string): Promise<Result<readonly string[]>> {
    return this.#reading(() =>
      [...this.#files.keys()]
        .filter((name) => name.startsWith(`${folder}/`))
        .map((name) => name.slice(folder.length + 1)),
    );
  }

  #reading<Value>(run: () => Value): Promise<Result<Value>> {
    return this.#answer(() => (this.#isUnreadable ? unreadable : ok(run())));
  }

  async #answer<Value>(run: () => Value): Promise<Value> {
    await this.#wait?.();
    if (this.#isDead) return never();
    const value = run();
    return this.#isDead ? never() : value;
  }

  #append(name: string, bytes: Uint8Array): Result<void> {
    if (this.#isFull) return full;
    const roomBytes = Math.max(0, this.#capacityBytes - this.#usedBytes());
    const written = bytes.slice(0, Math.min(roomBytes, this.#bytesToDeath));
    if (!this.#files.has(name)) this.#files.set(name, []);
    this.#files.get(name)?.push(written);
    this.#survives(bytes.length);
    return written.length < bytes.length ? full : this.#flush();
  }

  #flush(): Result<void> {
    return this.#isFlushFailing ? flushFailed : ok(undefined);
  }

  #survives(bytesCount: number): boolean {
    this.#isDead = bytesCount > this.#bytesToDeath;
    this.#bytesToDeath -= bytesCount;
    return !this.#isDead;
  }

  #contentNow(name: string): Uint8Array {
    const pieces = this.#files.get(name);
    if (pieces === undefined) return new Uint8Array();
    const whole = joined(pieces);
    this.#files.set(name, [whole]);
    return whole;
  }

  #sizeOf(name: string): number {
    return sum(this.#files.get(name) ?? []);
  }

  #usedBytes(): number {
    return this.#capacityBytes === Infinity ? 0 : sum([...this.#files.values()].flat());
  }
}

const full = fail("storage.full", "no space left on device");
const unreadable = fail("storage.failed", "the disk cannot be read");
const flushFailed = fail("storage.failed", "the flush failed");

const sum = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((total, { length }) => total + length, 0);

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(sum(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
