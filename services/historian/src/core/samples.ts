/** A value, when it was true, and when we heard of it. */
export interface Sample {
  readonly atMs: number;
  /** For spans of time: the calendar may be put right in the middle of an event. */
  readonly monoMs: number;
  readonly value: number;
}

/** The latest samples of one series, so that what led to an event can still be told. */
export class RecentSamples {
  readonly #spanMs: number;
  readonly #countMax: number;
  #samples: Sample[] = [];

  constructor(limits: { readonly spanMs: number; readonly countMax: number }) {
    this.#spanMs = limits.spanMs;
    this.#countMax = limits.countMax;
  }

  get count(): number {
    return this.#samples.length;
  }

  get latest(): Sample | undefined {
    return this.#samples.at(-1);
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    // Cut in bulk: moving the whole list for every sample would cost more than keeping it.
    if (this.#samples.length > 2 * this.#countMax) {
      this.#samples = this.#samples.slice(-this.#countMax);
    }
  }

  /** Oldest first. */
  until(nowMonoMs: number): readonly Sample[] {
    return this.#samples
      .slice(-this.#countMax)
      .filter(({ monoMs }) => nowMonoMs - monoMs <= this.#spanMs);
  }
}
