import type { GridEventSamplesRecord, SampleSeries } from "@ballast/history/records";
import type { Sample } from "./samples.ts";

/** One record holds a few seconds: what a crash can cost. */
export const chunkMs = 5_000;
const chunkSamplesMax = 500;
/** An event is told in full for two hours of 20 samples a second, then once a second. */
export const fineMs = 2 * 3_600_000;
export const fineSamplesMax = (fineMs / 1_000) * 20;
const thinMs = 1_000;
/** Of a value that stands still, one sample a second is enough to show that it does. */
const stillMs = 1_000;

interface Options {
  readonly eventId: string;
  readonly series: SampleSeries;
  /** Values that only stand still are left out: for loads, which are often told and seldom move. */
  readonly areStillsThinned: boolean;
  readonly write: (record: GridEventSamplesRecord) => void;
}

/** Cuts one curve of an event into records, and makes it coarse when it grows too long. */
export class ChunkedSeries {
  readonly #options: Options;
  #chunk: Sample[] = [];
  #firstMonoMs: number | undefined;
  #count = 0;
  #last: Sample | undefined;
  #lowest: Sample | undefined;
  #thinSinceMonoMs = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  get waitingCount(): number {
    return this.#chunk.length + (this.#lowest === undefined ? 0 : 1);
  }

  add(sample: Sample): void {
    this.#firstMonoMs ??= sample.monoMs;
    const isFine = sample.monoMs - this.#firstMonoMs < fineMs && this.#count < fineSamplesMax;
    if (isFine) {
      if (!this.#isStill(sample)) this.#keep(sample);
      return;
    }
    // The lowest of each second: whatever is thinned out, it is not the nadir.
    const lowest = this.#lowest;
    if (lowest !== undefined && sample.monoMs - this.#thinSinceMonoMs < thinMs) {
      if (sample.value < lowest.value) this.#lowest = sample;
      return;
    }
    if (lowest !== undefined) this.#keep(lowest);
    this.#lowest = sample;
    this.#thinSinceMonoMs = sample.monoMs;
  }

  /** Hands over what waits for its chunk to fill. */
  flush(): void {
    if (this.#lowest !== undefined) this.#keep(this.#lowest);
    this.#lowest = undefined;
    this.#write();
  }

  #isStill({ value, monoMs }: Sample): boolean {
    const last = this.#last;
    if (!this.#options.areStillsThinned || last === undefined) return false;
    return value === last.value && monoMs - last.monoMs < stillMs;
  }

  #keep(sample: Sample): void {
    const first = this.#chunk[0];
    const isFull =
      first !== undefined &&
      (sample.monoMs - first.monoMs >= chunkMs || this.#chunk.length >= chunkSamplesMax);
    if (isFull) this.#write();
    this.#chunk.push(sample);
    this.#count += 1;
    this.#last = sample;
  }

  #write(): void {
    const first = this.#chunk[0];
    if (first === undefined) return;
    const { eventId, series, write } = this.#options;
    const chunk = this.#chunk;
    this.#chunk = [];
    write({
      kind: "gridEventSamples",
      id: `${eventId}/${series}/${first.atMs}`,
      atMs: first.atMs,
      eventId,
      series,
      offsetsMs: chunk.map(({ atMs }) => atMs - first.atMs),
      values: chunk.map(({ value }) => value),
    });
  }
}
