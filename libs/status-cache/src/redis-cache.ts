import { type Clock, fail, ok, type Result } from "@ballast/kernel";
import { fieldsOf, fieldTextCount, type LatestReading, readingFrom } from "./latest-reading.ts";
import {
  type RedisKeys,
  redisKeys,
  shareCount,
  sharedMinersMaxCount,
  shareOf,
} from "./redis-keys.ts";
import { RedisLink, type RedisLinkOptions } from "./redis-link.ts";
import { readShareScript, writeShareScript } from "./redis-scripts.ts";
import type { FleetSnapshot, StatusCache } from "./status-cache.ts";

/** How many readings are turned into texts, or back, before others get their turn. */
const readingsPerTurnMax = 500;

export interface RedisCacheOptions extends RedisLinkOptions {
  readonly siteId: string;
  readonly expiryMs: number;
}

export function redisCache(options: RedisCacheOptions): StatusCache {
  return new RedisCache(options);
}

class RedisCache implements StatusCache {
  readonly #link: RedisLink;
  readonly #keys: RedisKeys;
  readonly #clock: Clock;
  readonly #expiryMs: number;

  constructor(options: RedisCacheOptions) {
    this.#link = new RedisLink(options);
    this.#keys = redisKeys(options.siteId);
    this.#clock = options.clock;
    this.#expiryMs = options.expiryMs;
  }

  /** All shares are on their way before the first answer comes back: one wait for the whole fleet. */
  async write(readings: readonly LatestReading[]): Promise<Result<void>> {
    const shares = byShare(readings);
    const written = await this.#link.use(async (redis) => {
      const answers: Promise<unknown>[] = [];
      let turnCount = 0;
      for (const [share, members] of shares) {
        const { keys, values } = this.#wordsFor(share, members);
        const answer = redis.eval(writeShareScript, keys.length, ...keys, ...values);
        answer.catch(() => undefined); // Told below; until then it must not count as unheard.
        answers.push(answer);
        turnCount += members.length;
        if (turnCount < readingsPerTurnMax) continue;
        turnCount = 0;
        await this.#clock.sleep(0);
      }
      await Promise.all(answers);
    });
    return written.ok ? ok(undefined) : written;
  }

  async readAll(): Promise<Result<FleetSnapshot>> {
    const { minerPrefix } = this.#keys;
    const shares = await this.#link.use((redis) =>
      Promise.all(
        Array.from({ length: shareCount }, (_, share) =>
          redis.eval(
            readShareScript,
            1,
            this.#keys.index(share),
            minerPrefix,
            sharedMinersMaxCount,
          ),
        ),
      ),
    );
    if (!shares.ok) return shares;
    const texts = shares.value.flat().filter((text) => typeof text === "string");
    const readings: LatestReading[] = [];
    for (const [index, text] of texts.entries()) {
      const reading = readingFrom(text);
      if (reading.ok) readings.push(reading.value);
      if (index % readingsPerTurnMax === readingsPerTurnMax - 1) await this.#clock.sleep(0);
    }
    return ok({ readings, rejectedCount: texts.length - readings.length });
  }

  async read(minerId: string): Promise<Result<LatestReading | undefined>> {
    const fields = await this.#link.use((redis) => redis.hgetall(this.#keys.miner(minerId)));
    if (!fields.ok) return fields;
    const members = Object.entries(fields.value).map(([name, value]) => `"${name}":${value}`);
    if (members.length === 0) return ok(undefined);
    const reading = readingFrom(`{${members.join(",")}}`);
    return reading.ok ? reading : fail("cache.garbled", `${minerId}: ${reading.fault.detail}`);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #wordsFor(share: number, members: readonly LatestReading[]) {
    const keys = [this.#keys.index(share)];
    const values: (string | number)[] = [this.#expiryMs, fieldTextCount];
    for (const reading of members) {
      keys.push(this.#keys.miner(reading.minerId));
      values.push(reading.minerId, ...fieldsOf(reading));
    }
    return { keys, values };
  }
}

function byShare(readings: readonly LatestReading[]): ReadonlyMap<number, LatestReading[]> {
  const shares = new Map<number, LatestReading[]>();
  for (const reading of readings) {
    const share = shareOf(reading.minerId);
    const members = shares.get(share);
    if (members === undefined) shares.set(share, [reading]);
    else members.push(reading);
  }
  return shares;
}
