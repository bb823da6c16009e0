import {
  BackOff,
  type Cancel,
  type Clock,
  fail,
  type Log,
  ok,
  type Random,
  type Result,
} from "@ballast/kernel";
import type { Redis } from "ioredis";
import { hostOf, type RedisAddress, withoutSecrets } from "./redis-address.ts";

const retryFirstMs = 100;
const retryMaxMs = 5_000;

export interface RedisLinkOptions {
  readonly address: RedisAddress;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * One connection at a time. Nothing waits for Redis inside the library: what is asked while it is away
 * fails at once, and whoever asks decides what is worth asking again. A connection that broke
 * or did not answer is thrown away with all that it still held; a new one follows by itself.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #backOff: BackOff;
  #connection: Promise<Result<Connection>>;
  #cancelRetry: Cancel = () => undefined;
  #isLost = false;
  #isClosed = false;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#backOff = new BackOff({
      firstMs: retryFirstMs,
      maxMs: retryMaxMs,
      random: options.random,
    });
    this.#connection = this.#connect();
  }

  /** While a connection is being made, this waits for it, within the deadline. */
  async use<Value>(ask: (redis: Redis) => Promise<Value>): Promise<Result<Value>> {
    const connection = await this.#connection;
    if (!connection.ok) return connection;
    const { redis, explain, giveUp } = connection.value;
    try {
      return ok(await ask(redis));
    } catch (error) {
      const detail = explain(error);
      // An answer, even if it is a refusal, shows that the connection is sound.
      if (isRefusal(error)) return fail("cache.refused", detail);
      giveUp(detail);
      return fail("cache.away", detail);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    const connection = await this.#connection;
    if (connection.ok) discard(connection.value.redis);
  }

  async #connect(): Promise<Result<Connection>> {
    const opened = await this.#open();
    if (!opened.ok) {
      this.#lost(opened.fault.detail);
      return opened;
    }
    this.#backOff.reset();
    this.#isLost = false;
    this.#options.log.info("cache-connected", { host: opened.value.host });
    return opened;
  }

  async #open(): Promise<Result<Connection>> {
    const { address, deadlineMs } = this.#options;
    const url = await address();
    if (!url.ok) return url;
    const host = hostOf(url.value);
    const explain = (error: unknown): string =>
      `${host}: ${withoutSecrets(error instanceof Error ? error.message : String(error), url.value)}`;
    // Only loaded where a Redis is configured.
    const { Redis } = await import("ioredis");
    const redis = new Redis(url.value.reveal(), {
      lazyConnect: true,
      retryStrategy: () => null,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      connectTimeout: deadlineMs,
      commandTimeout: deadlineMs,
    });
    let why: unknown;
    redis.on("error", (error) => {
      why ??= error;
    });
    try {
      await redis.connect();
    } catch (error) {
      discard(redis);
      return fail("cache.away", explain(why ?? error));
    }
    let isOver = false;
    const giveUp = (detail: string): void => {
      if (isOver) return;
      isOver = true;
      discard(redis);
      this.#lost(detail);
    };
    redis.once("end", () => giveUp(explain(why ?? "the connection was closed")));
    return ok({ redis, host, explain, giveUp });
  }

  #lost(detail: string): void {
    if (this.#isClosed) return;
    const { clock, log } = this.#options;
    if (!this.#isLost) log.warn("cache-lost", { detail });
    this.#isLost = true;
    this.#connection = Promise.resolve(fail("cache.away", detail));
    this.#cancelRetry = clock.after(this.#backOff.nextMs(), "cache-reconnect", () => {
      this.#connection = this.#connect();
    });
  }
}

interface Connection {
  readonly redis: Redis;
  readonly host: string;
  /** The words of an error, with the host before them and without any secret in them. */
  readonly explain: (error: unknown) => string;
  /** Throws the connection away; a hung server would never close it. */
  readonly giveUp: (detail: string) => void;
}

/** Once only: on a connection that has ended the library would wait for an end that never comes. */
function discard(redis: Redis): void {
  if (redis.status !== "end") redis.disconnect();
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === "ReplyError";
