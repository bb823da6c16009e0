import { inspect } from "node:util";
import { Secret } from "@ballast/contracts";
import { expect, test } from "@jest/globals";
import { hostOf, redisAddress, withoutSecrets } from "./redis-address.ts";
import { StatusCacheSettings } from "./settings.ts";

const url = "rediss://ballast:p%40ss:w/rd@cache.example:6380/2";

test("an error that repeats the address, its password, or that in plain, tells neither", () => {
  for (const leak of [url, "ballast:p%40ss:w/rd", "p%40ss:w/rd", "p@ss:w/rd"]) {
    const told = withoutSecrets(`cannot use "${leak}" now`, new Secret(url));
    expect(told).toBe('cannot use "[secret]" now');
  }
  expect(withoutSecrets("plain", new Secret("redis://127.0.0.1"))).toBe("plain");
});

test("a host is told without who asks", () => {
  expect(hostOf(new Secret("redis://user:pass@cache.example:6380/2"))).toBe("cache.example:6380");
  expect(hostOf(new Secret("redis://:pass@:::"))).toBe("Redis");
});

test("settings print no address, in whatever way", () => {
  const settings = StatusCacheSettings.parse({ redisUrl: url });
  for (const printed of [JSON.stringify(settings), inspect(settings), String(settings.redisUrl)]) {
    expect(printed).not.toContain("rd@cache");
    expect(printed).toContain("[secret]");
  }
});

test("without an address the cache is in memory", () => {
  expect(redisAddress(StatusCacheSettings.parse({}))).toBeUndefined();
});

test.each([
  [{ redisUrl: "http://127.0.0.1" }, /starts with redis:/],
  [{ redisUrl: "redis://a", redisUrlFile: "b" }, /not both/],
  [{ gatherMs: 10 }, /200/],
])("%j is refused with a sentence", (settings, sentence) => {
  const messages = StatusCacheSettings.safeParse(settings).error?.issues.map((i) => i.message);
  expect(messages?.join()).toMatch(sentence);
});
