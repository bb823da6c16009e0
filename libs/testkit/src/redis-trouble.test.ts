import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, realClock, silentMetrics } from "@ballast/kernel";
import { LatestWriter, type StatusCache, StatusCacheSettings } from "@ballast/status-cache";
import { afterEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { exampleReading, fleetIn } from "./cache-contract.ts";
import { redisCacheAt } from "./open-caches.ts";
import { type RealServer, startRedis, until } from "./servers/index.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function openRedis(wish: Parameters<typeof startRedis>[0] = {}): Promise<RealServer> {
  const redis = await startRedis(wish);
  ends.push(() => redis.close());
  return redis;
}

function openCache(...args: Parameters<typeof redisCacheAt>): StatusCache {
  const cache = redisCacheAt(...args);
  ends.push(() => cache.close());
  return cache;
}

/** Writes as the controller does, and tells what the alarm would say. */
function openWriter(cache: StatusCache) {
  const troubles: (string | undefined)[] = [];
  const writer = new LatestWriter({
    cache,
    settings: StatusCacheSettings.parse({}),
    clock: realClock(),
    metrics: silentMetrics,
    onTrouble: (detail) => troubles.push(detail),
  });
  ends.push(() => writer.close());
  return { writer, troubles };
}

/** The same Redis in the hands of another program. */
function foreigner({ url }: RealServer): Redis {
  const redis = new Redis(url, { retryStrategy: () => null });
  ends.push(async () => redis.disconnect());
  return redis;
}

const codeOf = async (outcome: ReturnType<StatusCache["write"]>): Promise<string> => {
  const written = await outcome;
  return written.ok ? "written" : written.fault.code;
};

test("a Redis that goes and comes back is found again, and has the latest of what it missed", async () => {
  const redis = await openRedis();
  const cache = openCache(redis.url);
  const { writer, troubles } = openWriter(cache);
  writer.put(exampleReading("m1", { cyclesCount: 1 }));
  await until(() => troubles.includes(undefined));
  await redis.stop();
  writer.put(exampleReading("m1", { cyclesCount: 2 }));
  await until(() => troubles.at(-1) !== undefined);
  expect(await codeOf(cache.write([exampleReading("m2")]))).toBe("cache.away");
  for (const cyclesCount of [3, 4]) writer.put(exampleReading("m1", { cyclesCount }));
  await redis.start();
  await until(() => troubles.at(-1) === undefined);
  expect((await fleetIn(cache)).map(({ cyclesCount }) => cyclesCount)).toEqual([4]);
});

test("a Redis that stands still is given up with all that was under way, and found again", async () => {
  const redis = await openRedis();
  const connectionCount = async (): Promise<number> => {
    const stats = await foreigner(redis).info("stats");
    return Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
  };
  const cache = openCache(redis.url, { deadlineMs: 300 });
  expect(await codeOf(cache.write([exampleReading("m1")]))).toBe("written");
  const countBefore = await connectionCount();
  await redis.pause();
  expect(await codeOf(cache.write([exampleReading("m1")]))).toBe("cache.away");
  expect(await codeOf(cache.write([exampleReading("m1")]))).toBe("cache.away");
  await redis.resume();
  await until(async () => (await codeOf(cache.write([exampleReading("m2")]))) === "written");
  expect((await fleetIn(cache)).map(({ minerId }) => minerId)).toEqual(["m1", "m2"]);
  // The one that asks is counted as well.
  expect(await connectionCount()).toBeGreaterThan(countBefore + 1);
});

test("a wrong password is told without telling the password", async () => {
  const redis = await openRedis({ password: "right-one" });
  const cache = openCache(redis.url.replace("right-one", "wrong-%C3%A9-one"));
  const written = await cache.write([exampleReading("m1")]);
  expect(written).toMatchObject({ ok: false, fault: { code: "cache.away" } });
  expect(JSON.stringify(written)).toMatch(/127\.0\.0\.1.*WRONGPASS/);
  expect(JSON.stringify(written)).not.toContain("wrong-");
  expect(await codeOf(openCache(redis.url).write([exampleReading("m1")]))).toBe("written");
});

test("a full Redis refuses, keeps what it has, and takes more as soon as there is room", async () => {
  const redis = await openRedis();
  const other = foreigner(redis);
  const cache = openCache(redis.url);
  const before = exampleReading("m1", { chipMaxC: 70 });
  await cache.write([before]);
  await other.config("SET", "maxmemory-policy", "noeviction");
  await other.config("SET", "maxmemory", "1");
  const refused = await cache.write([exampleReading("m1"), exampleReading("m2")]);
  expect(refused).toMatchObject({ ok: false, fault: { code: "cache.refused" } });
  expect(await fleetIn(cache)).toEqual([before]);
  await other.config("SET", "maxmemory", "0");
  expect(await codeOf(cache.write([exampleReading("m1"), exampleReading("m2")]))).toBe("written");
});

test("what other programs put in the way is counted, and hides nothing", async () => {
  const redis = await openRedis();
  const cache = openCache(redis.url);
  await cache.write(["m1", "m2", "m3", "m4"].map((minerId) => exampleReading(minerId)));
  const other = foreigner(redis);
  await other.hset("ballast:test:miner:m1", "powerW", "much");
  await other.hset("ballast:test:miner:m2", "mode", '"flying"');
  await other.set("ballast:test:miner:m4", "no hash at all");
  const fleet = await cache.readAll();
  assert(fleet.ok, "the fleet can be read");
  expect(fleet.value.rejectedCount).toBe(3);
  expect(fleet.value.readings.map(({ minerId }) => minerId)).toEqual(["m3"]);
  expect(await cache.read("m2")).toMatchObject({
    ok: false,
    fault: { code: "cache.garbled", detail: expect.stringContaining("m2: mode") },
  });
  expect(await cache.read("m4")).toMatchObject({ ok: false, fault: { code: "cache.refused" } });
});

test("sites that share a Redis do not see each other, and nothing stays for ever", async () => {
  const redis = await openRedis();
  const [one, other] = [openCache(redis.url, {}, "one"), openCache(redis.url, {}, "other")];
  await one.write([exampleReading("m1", { cyclesCount: 1 })]);
  await other.write([exampleReading("m1", { cyclesCount: 2 })]);
  expect((await fleetIn(one)).map(({ cyclesCount }) => cyclesCount)).toEqual([1]);
  expect((await fleetIn(other)).map(({ cyclesCount }) => cyclesCount)).toEqual([2]);
  const client = foreigner(redis);
  const keys = await client.keys("*");
  expect(keys).toHaveLength(4);
  for (const key of keys) {
    expect(key).toMatch(/^ballast:(one|other):/);
    expect(await client.pttl(key)).toBeGreaterThan(0);
  }
});

test("an address in a file is read at each connect: it may be written late", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ballast-redis-url-"));
  ends.push(() => rm(folder, { recursive: true }));
  const redisUrlFile = join(folder, "redis-url");
  const redis = await openRedis({ password: "from-a-file" });
  const cache = openCache(undefined, { redisUrlFile });
  const early = await cache.write([exampleReading("m1")]);
  expect(early).toMatchObject({ fault: { detail: `${redisUrlFile} cannot be read: ENOENT` } });
  await writeFile(redisUrlFile, `${redis.url}\n`);
  await until(async () => (await codeOf(cache.write([exampleReading("m1")]))) === "written");
});
