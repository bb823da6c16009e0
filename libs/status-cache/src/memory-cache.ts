import { type Clock, ok } from "@ballast/kernel";
import type { LatestReading } from "./latest-reading.ts";
import type { StatusCache } from "./status-cache.ts";

interface Entry {
  readonly reading: LatestReading;
  readonly expiresMonoMs: number;
}

/** The same in this process, for sites without Redis and for virtual time. */
export function memoryCache(clock: Clock, expiryMs: number): StatusCache {
  // Each write moves its miner to the end, so that what expires first stands first.
  const entries = new Map<string, Entry>();
  const dropExpired = (): void => {
    const nowMonoMs = clock.monotonicMs();
    for (const [minerId, { expiresMonoMs }] of entries) {
      if (expiresMonoMs > nowMonoMs) return;
      entries.delete(minerId);
    }
  };
  return {
    write: async (readings) => {
      dropExpired();
      const expiresMonoMs = clock.monotonicMs() + expiryMs;
      for (const reading of readings) {
        entries.delete(reading.minerId);
        entries.set(reading.minerId, { reading, expiresMonoMs });
      }
      return ok(undefined);
    },
    readAll: async () => {
      dropExpired();
      return ok({
        readings: [...entries.values()].map(({ reading }) => reading),
        rejectedCount: 0,
      });
    },
    read: async (minerId) => {
      dropExpired();
      return ok(entries.get(minerId)?.reading);
    },
    close: async () => entries.clear(),
  };
}
