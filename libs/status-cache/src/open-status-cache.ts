import type { Clock, Log, Random } from "@ballast/kernel";
import { memoryCache } from "./memory-cache.ts";
import { redisAddress } from "./redis-address.ts";
import { redisCache } from "./redis-cache.ts";
import type { StatusCacheSettings } from "./settings.ts";
import type { StatusCache } from "./status-cache.ts";

export interface StatusCacheOptions {
  readonly siteId: string;
  readonly settings: StatusCacheSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Returns at once and never fails: a Redis that is not there is looked for in the background. */
export function openStatusCache({ settings, ...rest }: StatusCacheOptions): StatusCache {
  const address = redisAddress(settings);
  const { deadlineMs, expiryMs } = settings;
  return address === undefined
    ? memoryCache(rest.clock, expiryMs)
    : redisCache({ ...rest, address, deadlineMs, expiryMs });
}
