import { describe, expect, test } from "@jest/globals";
import type { RealServer } from "./real-server.ts";
import { answers, canConnect } from "./sockets.ts";
import { startMosquitto, startPostgres, startRedis } from "./start-server.ts";
import { serversLine } from "./survey.ts";

/** Whether it answers a first word of its own protocol within a moment. */
const speaks =
  (hello: Uint8Array) =>
  ({ port }: RealServer): Promise<boolean> =>
    answers(port, (socket, settle) => {
      socket.once("data", () => settle(true));
      socket.setTimeout(300, () => settle(false));
      socket.write(hello);
    });

const mqttHello = Buffer.from("100d00044d51545404000005000161", "hex");
const redisHello = Buffer.from("PING\r\n");
const postgresHello = Buffer.from("0000000804d2162f", "hex"); // Asks whether it speaks TLS.

const servers = [
  { name: "mosquitto", start: startMosquitto, isHeard: speaks(mqttHello) },
  { name: "redis", start: startRedis, isHeard: speaks(redisHello) },
  { name: "postgres", start: startPostgres, isHeard: speaks(postgresHello) },
] as const;

describe.each(servers)("a $name of one's own", ({ name, start, isHeard }) => {
  test("goes, comes back at the same place, and ends for good", async () => {
    const server = await start();
    try {
      expect(server.origin).toMatch(new RegExp(`^${name} `));
      expect(server.url).toContain(`127.0.0.1:${server.port}`);
      expect(await isHeard(server)).toBe(true);
      await server.stop();
      expect(await canConnect(server.port)).toBe(false);
      await server.start();
      expect(await isHeard(server)).toBe(true);
    } finally {
      await server.close();
    }
    expect(await canConnect(server.port)).toBe(false);
  });

  test("two of them do not meet", async () => {
    const [one, other] = [await start(), await start()];
    await one.close();
    expect(await isHeard(other)).toBe(true);
    await other.close();
  });
});

test("a server that stands still takes connections and says nothing", async () => {
  const redis = await startRedis();
  const isHeard = speaks(redisHello);
  try {
    await redis.pause();
    expect(await canConnect(redis.port)).toBe(true);
    expect(await isHeard(redis)).toBe(false);
    await redis.resume();
    expect(await isHeard(redis)).toBe(true);
    await redis.pause();
  } finally {
    await redis.close(); // Also one that stands still.
  }
  expect(await canConnect(redis.port)).toBe(false);
});

test("one line says which servers the tests use", async () => {
  expect(await serversLine()).toMatch(/^servers: mosquitto .+, redis .+, postgres .+$/);
});
