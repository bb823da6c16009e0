import { realClock, seededRandom, silentLog, virtualClock } from "@ballast/kernel";
import { openStatusCache, type StatusCache, StatusCacheSettings } from "@ballast/status-cache";
import type { CacheUnderTest } from "./cache-contract.ts";
import { startRedis } from "./servers/index.ts";

export async function openMemoryCache(expiryMs: number): Promise<CacheUnderTest> {
  const clock = virtualClock();
  const cache = openStatusCache({
    siteId: "test",
    settings: StatusCacheSettings.parse({ expiryMs }),
    clock,
    random: seededRandom(1),
    log: silentLog,
  });
  return { cache, pass: (durationMs) => clock.advance(durationMs), close: () => cache.close() };
}

export async function openRedisCache(expiryMs: number): Promise<CacheUnderTest> {
  const redis = await startRedis();
  const cache = redisCacheAt(redis.url, { expiryMs });
  return {
    cache,
    pass: (durationMs) => realClock().sleep(durationMs),
    close: async () => {
      await cache.close();
      await redis.close();
    },
  };
}

/** In real time, as on site. */
export const redisCacheAt = (
  redisUrl: string | undefined,
  settings: Readonly<Record<string, unknown>> = {},
  siteId = "test",
): StatusCache =>
  openStatusCache({
    siteId,
    settings: StatusCacheSettings.parse({ redisUrl, ...settings }),
    clock: realClock(),
    random: seededRandom(1),
    log: silentLog,
  });
