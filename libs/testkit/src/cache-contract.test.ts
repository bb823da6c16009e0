import { cacheContract } from "./cache-contract.ts";
import { openMemoryCache, openRedisCache } from "./open-caches.ts";

cacheContract("memory", 60_000, openMemoryCache);
cacheContract("redis", 2_000, openRedisCache);
