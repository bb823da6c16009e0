import type { Cancel, Clock, Metrics } from "@ballast/kernel";
import type { LatestReading } from "./latest-reading.ts";
import type { StatusCacheSettings } from "./settings.ts";
import type { StatusCache } from "./status-cache.ts";

/** While the cache is away, asking it more often helps nobody. */
const retryMs = 1_000;
/** Twice the largest fleet of one controller; what is beyond this is counted and let go. */
const waitingMaxCount = 20_000;

export interface LatestWriterOptions {
  readonly cache: StatusCache;
  readonly settings: Pick<StatusCacheSettings, "expiryMs" | "gatherMs">;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Told after each write: what is wrong, or undefined when nothing is. */
  readonly onTrouble: (detail: string | undefined) => void;
}

interface Waiting {
  readonly reading: LatestReading;
  readonly putMonoMs: number;
}

/**
 * Takes readings from the control path, which never waits for it, and writes them together. While
 * the cache is away only the latest reading of each miner is kept, and that no longer than the
 * cache itself would have kept it.
 */
export class LatestWriter {
  readonly #options: LatestWriterOptions;
  readonly #waiting = new Map<string, Waiting>();
  #cancel: Cancel | undefined;
  #isClosed = false;

  constructor(options: LatestWriterOptions) {
    this.#options = options;
  }

  put(reading: LatestReading): void {
    const { clock, metrics, settings } = this.#options;
    if (this.#waiting.size >= waitingMaxCount && !this.#waiting.has(reading.minerId)) {
      metrics.count("ballast_cache_writes_total", { outcome: "overflow" });
      return;
    }
    this.#waiting.set(reading.minerId, { reading, putMonoMs: clock.monotonicMs() });
    this.#schedule(settings.gatherMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#options.cache.close();
  }

  #schedule(delayMs: number): void {
    if (this.#cancel !== undefined || this.#isClosed) return;
    this.#cancel = this.#options.clock.after(delayMs, "cache-write", () => void this.#write());
  }

  async #write(): Promise<void> {
    const { cache, metrics, onTrouble, settings } = this.#options;
    this.#dropExpired();
    const batch = [...this.#waiting];
    const written = await cache.write(batch.map(([, { reading }]) => reading));
    if (this.#isClosed) return;
    metrics.count("ballast_cache_writes_total", {
      outcome: written.ok ? "written" : written.fault.code,
    });
    onTrouble(written.ok ? undefined : written.fault.detail);
    if (written.ok) {
      for (const [minerId, sent] of batch) {
        // What came in meanwhile is newer, and still to be written.
        if (this.#waiting.get(minerId) === sent) this.#waiting.delete(minerId);
      }
    }
    this.#cancel = undefined;
    if (this.#waiting.size > 0) this.#schedule(written.ok ? settings.gatherMs : retryMs);
  }

  #dropExpired(): void {
    const { clock, settings } = this.#options;
    const oldestMonoMs = clock.monotonicMs() - settings.expiryMs;
    for (const [minerId, { putMonoMs }] of this.#waiting) {
      if (putMonoMs < oldestMonoMs) this.#waiting.delete(minerId);
    }
  }
}
