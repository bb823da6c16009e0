import { fail } from "@ballast/kernel";
import { memoryCache, type StatusCache } from "@ballast/status-cache";
import { expect, test } from "@jest/globals";
import { FakeSite } from "../test/fake-site.ts";

const minuteMs = 60_000;

test("the cache has each miner's latest reading and what is made of it, and forgets the silent", async () => {
  const site = new FakeSite(20);
  await site.start();
  await site.clock.advance(2 * minuteMs);
  site.setTarget(35);
  await site.clock.advance(minuteMs);
  const sleeping = site.fakes.findIndex(({ isDrawing }) => !isDrawing);
  const sleepingId = `m${String(sleeping).padStart(3, "0")}`;
  expect(await site.cache.read(sleepingId)).toMatchObject({
    ok: true,
    value: { minerId: sleepingId, wanted: "sleep", mode: "sleeping", health: "ok", cyclesCount: 1 },
  });
  for (const fake of site.fakes.slice(0, 2)) fake.habit = "silent";
  await site.clock.advance(2 * minuteMs);
  const fleet = await site.cache.readAll();
  expect(fleet.ok && fleet.value.readings.length).toBe(18);
  expect(await site.cache.read("m000")).toEqual({ ok: true, value: undefined });
});

test("a cache that refuses or never answers is an alarm at most, and control does not notice", async () => {
  const courses = await Promise.all(
    [
      memoryCache,
      () => brokenCache(async () => fail("cache.away", "no answer")),
      () => brokenCache(() => new Promise(() => undefined)),
    ].map(async (open) => {
      const site = new FakeSite(20);
      site.cache = open(site.clock, minuteMs);
      await site.start();
      await site.clock.advance(2 * minuteMs);
      site.setTarget(0);
      await site.clock.advance(10_000);
      site.setTarget(70);
      await site.clock.advance(30 * minuteMs);
      const commands = site.fakes.map(({ sleepsMonoMs, wakesMonoMs }) => [
        sleepsMonoMs,
        wakesMonoMs,
      ]);
      return { commands, raised: [...site.raised] };
    }),
  );
  const [sound, refusing, hanging] = courses;
  expect(sound?.commands.flat(2)).toHaveLength(40);
  expect(refusing?.commands).toEqual(sound?.commands);
  expect(hanging?.commands).toEqual(sound?.commands);
  expect(courses.map(({ raised }) => raised)).toEqual([[], ["cache.away/main"], []]);
});

const brokenCache = (write: StatusCache["write"]): StatusCache => ({
  write,
  readAll: async () => fail("cache.away", "no answer"),
  read: async () => fail("cache.away", "no answer"),
  close: async () => undefined,
});
