import { type AppendFile, ok, type Result, type Storage } from "@ballast/kernel";
import { decodeRecord, encodeRecord, type SequencedLine } from "./core/record-line.ts";
import { type Range, SequenceRanges } from "./core/sequence-ranges.ts";
import { readLines } from "./read-lines.ts";

/** A confirmed file that is still written to is only worth replacing once it has some size. */
const releaseBytesMin = 65_536;

interface Segment {
  readonly name: string;
  readonly first: number;
  last: number;
  /** Confirmed to be on disk; what stands behind is torn. */
  bytes: number;
}

export interface LaneOptions {
  readonly storage: Storage;
  readonly folder: string;
  readonly name: string;
  readonly segmentBytesMax: number;
}

export interface ReadOptions {
  readonly after: number;
  readonly countMax: number;
  readonly bytesMax: number;
}

/**
 * Records in order, in files that are deleted as a whole. Memory knows the files and what is
 * confirmed, never the records, so a backlog of any length costs the same.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #confirmed: SequenceRanges;
  #segments: Segment[] = [];
  #file: AppendFile | undefined;
  /** What is being written now is in no count yet: its file must not be taken for finished. */
  #isAppending = false;
  #next = 1;
  /** Records of a write that failed: some of them may be in the file behind its end. */
  #tornCount = 0;
  #waitingCount = 0;
  #damagedCount = 0;
  /** Where the record is that a reader is likely to ask for next. */
  #hint:
    | { readonly segment: Segment; readonly sequence: number; readonly atBytes: number }
    | undefined;

  constructor(options: LaneOptions, confirmed: readonly Range[]) {
    this.#options = options;
    this.#confirmed = new SequenceRanges(confirmed);
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get waitingCount(): number {
    return this.#waitingCount;
  }

  /** Records that the disk lost or spoiled, as far as somebody came across the gap. */
  get damagedCount(): number {
    return this.#damagedCount;
  }

  get confirmed(): readonly Range[] {
    return this.#confirmed.all;
  }

  /** Once, before anything else. After a fault this lane knows too little and is of no use. */
  async open(): Promise<Result<void>> {
    const { folder, name, storage } = this.#options;
    const listed = await storage.list(folder);
    if (!listed.ok) return listed;
    const names = listed.value.filter((file) => file.startsWith(`${name}-`)).sort();
    for (const file of names) {
      const path = `${folder}/${file}`;
      const size = await storage.size(path);
      if (!size.ok) return size;
      const first = Number(/(\d+)/.exec(file)?.[1] ?? 0);
      const before = this.#segments.at(-1);
      if (before !== undefined) before.last = first - 1;
      this.#segments.push({ name: path, first, last: first - 1, bytes: size.value });
    }
    const tail = this.#segments.at(-1);
    const scanned = tail === undefined ? ok(undefined) : await this.#scan(tail);
    this.#next = Math.max(tail?.last ?? 0, this.#confirmed.last) + 1;
    this.#waitingCount = this.#segments.reduce((sum, each) => sum + this.#waitingIn(each), 0);
    await this.#removeFinished();
    return scanned;
  }

  /** All of them or none, each with its number. */
  async append(records: readonly Omit<SequencedLine, "sequence">[]): Promise<Result<Range>> {
    this.#isAppending = true;
    const appended = await this.#append(records);
    this.#isAppending = false;
    return appended;
  }

  /** The oldest that are not confirmed, and stand behind `after`. */
  async read(options: ReadOptions): Promise<readonly SequencedLine[]> {
    const found: SequencedLine[] = [];
    let foundBytes = 0;
    const take = (line: SequencedLine): boolean => {
      found.push(line);
      foundBytes += line.body.length;
      return found.length < options.countMax && foundBytes < options.bytesMax;
    };
    for (const segment of [...this.#segments]) {
      if (segment.last <= options.after) continue;
      const wantsMore = await this.#readSegment(segment, options.after + 1, take);
      if (!wantsMore) break;
    }
    return found;
  }

  /** Returns whether it is news. */
  confirm(sequence: number): boolean {
    const isHere = this.#segments.some(({ first, last }) => first <= sequence && sequence <= last);
    return isHere && this.#settle(sequence, sequence) > 0;
  }

  async tidy(): Promise<void> {
    await this.#removeFinished();
    const first = this.#segments[0]?.first ?? this.#next;
    // The last number stays known, so that no later record is given it again.
    this.#confirmed.forgetBefore(Math.min(first, this.#confirmed.last));
  }

  /** Gives up the oldest file and returns how many records that costs; undefined: none makes room. */
  async dropOldest(): Promise<number | undefined> {
    const segment = this.#segments[0];
    if (segment === undefined) return undefined;
    const lostCount = this.#waitingIn(segment);
    this.#waitingCount -= lostCount;
    await this.#remove(segment);
    // An empty file makes no room: whoever asks in a loop must come to an end.
    return segment.bytes === 0 ? undefined : lostCount;
  }

  /** Frees the file that is written to where all of it is confirmed. */
  async releaseTail(): Promise<boolean> {
    const tail = this.#segments.at(-1);
    if (tail === undefined || tail.bytes === 0 || this.#waitingIn(tail) > 0) return false;
    await this.#remove(tail);
    return true;
  }

  async close(): Promise<void> {
    await this.#closeTail();
  }

  async #append(records: readonly Omit<SequencedLine, "sequence">[]): Promise<Result<Range>> {
    const tail = await this.#openTail();
    if (!tail.ok) return tail;
    const { file, segment } = tail.value;
    const first = this.#next;
    const text = records
      .map((record, index) => encodeRecord({ ...record, sequence: first + index }))
      .join("");
    const bytes = new TextEncoder().encode(text);
    const written = await file.append(bytes);
    if (!written.ok) {
      this.#tornCount = records.length;
      await this.#closeTail();
      return written;
    }
    segment.bytes += bytes.length;
    segment.last = first + records.length - 1;
    this.#next = segment.last + 1;
    this.#waitingCount += records.length;
    return ok({ first, last: segment.last });
  }

  /** After a start: how far the last file goes, and where its torn tail begins. */
  async #scan(tail: Segment): Promise<Result<void>> {
    const stretch = { name: tail.name, fromBytes: 0, untilBytes: tail.bytes };
    tail.bytes = 0;
    return readLines(this.#options.storage, stretch, ({ endBytes, text }) => {
      tail.bytes = endBytes;
      tail.last = Math.max(tail.last, decodeRecord(text)?.sequence ?? 0);
      return true;
    });
  }

  async #readSegment(
    segment: Segment,
    from: number,
    take: (line: SequencedLine) => boolean,
  ): Promise<boolean> {
    // What is appended while this reads belongs to the next call.
    const { bytes: untilBytes, first, last, name } = segment;
    let expected = this.#confirmed.nextOutside(Math.max(from, first));
    if (expected > last) return true;
    const { storage } = this.#options;
    const hint = this.#hint?.segment === segment ? this.#hint : undefined;
    const fromBytes = hint !== undefined && hint.sequence <= expected ? hint.atBytes : 0;
    let wantsMore = true;
    const read = await readLines(storage, { name, fromBytes, untilBytes }, ({ endBytes, text }) => {
      const line = decodeRecord(text);
      if (line === undefined || line.sequence < expected) return true;
      this.#markDamaged(segment, expected, line.sequence - 1);
      expected = line.sequence + 1;
      this.#hint = { segment, sequence: expected, atBytes: endBytes };
      if (this.#confirmed.nextOutside(line.sequence) === line.sequence) wantsMore = take(line);
      return wantsMore;
    });
    // A file that cannot be read now may be readable later: only what was read proves a gap.
    if (read.ok && wantsMore) this.#markDamaged(segment, expected, last);
    return wantsMore;
  }

  #markDamaged(segment: Segment, first: number, last: number): void {
    if (this.#segments.includes(segment)) this.#damagedCount += this.#settle(first, last);
  }

  #settle(first: number, last: number): number {
    const count = this.#confirmed.add(first, last);
    this.#waitingCount -= count;
    return count;
  }

  #waitingIn({ first, last }: Segment): number {
    return last - first + 1 - this.#confirmed.countWithin(first, last);
  }

  async #openTail(): Promise<Result<{ readonly file: AppendFile; readonly segment: Segment }>> {
    const { segmentBytesMax, storage } = this.#options;
    let segment = this.#segments.at(-1);
    if (segment === undefined || segment.bytes >= segmentBytesMax) {
      await this.#closeTail();
      segment = this.#addSegment();
    }
    if (this.#file !== undefined) return ok({ file: this.#file, segment });
    const opened = await storage.openAppend(segment.name);
    if (!opened.ok) return opened;
    const file = opened.value;
    if (file.lengthBytes > segment.bytes) {
      const cut = await file.truncate(segment.bytes);
      if (!cut.ok) {
        await file.close();
        this.#abandon(segment);
        return cut;
      }
    }
    this.#tornCount = 0;
    this.#file = file;
    return ok({ file, segment });
  }

  /** Its tail cannot be cut off: the next file takes over, with numbers that are in neither. */
  #abandon(segment: Segment): void {
    this.#next += this.#tornCount + 1;
    this.#tornCount = 0;
    this.#addSegment();
    if (segment.bytes === 0) void this.#remove(segment);
  }

  #addSegment(): Segment {
    const { folder, name } = this.#options;
    const path = `${folder}/${name}-${String(this.#next).padStart(15, "0")}.log`;
    const segment = { name: path, first: this.#next, last: this.#next - 1, bytes: 0 };
    this.#segments.push(segment);
    return segment;
  }

  async #closeTail(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #removeFinished(): Promise<void> {
    const tail = this.#segments.at(-1);
    const isTailFree = !this.#isAppending && (tail?.bytes ?? 0) >= releaseBytesMin;
    const finished = this.#segments.filter(
      (segment) => (segment !== tail || isTailFree) && this.#waitingIn(segment) === 0,
    );
    for (const segment of finished) await this.#remove(segment);
  }

  async #remove(segment: Segment): Promise<void> {
    const isTail = segment === this.#segments.at(-1);
    this.#segments = this.#segments.filter((each) => each !== segment);
    if (this.#hint?.segment === segment) this.#hint = undefined;
    if (isTail) await this.#closeTail();
    // What cannot be removed now is found, and removed, at the next start.
    await this.#options.storage.remove(segment.name);
  }
}
