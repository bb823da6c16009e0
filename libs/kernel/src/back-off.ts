import type { Random } from "./random.ts";

export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly random: Random;
}

/** Waits that double up to a cap; jitter keeps a whole site from knocking at the same moment. */
export class BackOff {
  readonly #options: BackOffOptions;
  #attemptCount = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  nextMs(): number {
    const { firstMs, maxMs, random } = this.#options;
    const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(this.#attemptCount, 30));
    this.#attemptCount += 1;
    return fullMs * (0.5 + 0.5 * random.next());
  }

  reset(): void {
    this.#attemptCount = 0;
  }
}
