import { memoryStorage, type Storage, silentLog, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { openDeviceMemory } from "./device-memory.ts";

const openMemory = (storage: Storage, clock = virtualClock()) =>
  openDeviceMemory({ storage, clock, log: silentLog });

test("what was remembered is there after a restart, each miner's own", async () => {
  const disk = memoryStorage();
  const clock = virtualClock();
  const first = await openMemory(disk, clock);
  first.of("m1").remember("one");
  first.of("m2").remember("two");
  first.of("m1").remember("three");
  await clock.advance(1);
  const second = await openMemory(disk);
  expect([second.of("m1").recall(), second.of("m2").recall(), second.of("m3").recall()]).toEqual([
    "three",
    "two",
    undefined,
  ]);
});

test("the disk is busy for a tenth of the time at most, and the latest word still gets there", async () => {
  const clock = virtualClock();
  const disk = memoryStorage();
  let writeCount = 0;
  const replace = disk.replace.bind(disk);
  disk.replace = async (name, bytes) => {
    writeCount += 1;
    await clock.sleep(20);
    return replace(name, bytes);
  };
  const memory = await openMemory(disk, clock);
  for (let session = 0; session < 1_000; session += 1) {
    memory.of("m1").remember(`session ${session}`);
    await clock.advance(1);
  }
  await clock.advance(300);
  expect(writeCount).toBeLessThanOrEqual(7);
  expect((await openMemory(disk)).of("m1").recall()).toBe("session 999");
});

test("no damage to the file stops a start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      const disk = memoryStorage();
      await disk.replace("device-memory.json", new TextEncoder().encode(text));
      const memory = await openMemory(disk);
      const line = memory.of("m1").recall();
      expect(line === undefined || typeof line === "string").toBe(true);
    }),
  );
});
