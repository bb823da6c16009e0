export { LatestReading } from "./latest-reading.ts";
export { LatestWriter, type LatestWriterOptions } from "./latest-writer.ts";
export { memoryCache } from "./memory-cache.ts";
export { openStatusCache, type StatusCacheOptions } from "./open-status-cache.ts";
export { type RedisCacheOptions, redisCache } from "./redis-cache.ts";
export { StatusCacheSettings } from "./settings.ts";
export type { FleetSnapshot, StatusCache } from "./status-cache.ts";
