import { memoryStorage, silentLog } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { openDeviceMemory } from "./device-memory.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what was remembered is there after a restart, each miner's own", async () => {
  const disk = memoryStorage();
  const first = await openDeviceMemory(disk, silentLog);
  first.of("m1").remember("one");
  first.of("m2").remember("two");
  first.of("m1").remember("three");
  await settle();
  const second = await openDeviceMemory(disk, silentLog);
  expect([second.of("m1").recall(), second.of("m2").recall(), second.of("m3").recall()]).toEqual([
    "three",
    "two",
    undefined,
  ]);
});

test("no damage to the file stops a start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      const disk = memoryStorage();
      await disk.replace("device-memory.json", new TextEncoder().encode(text));
      const memory = await openDeviceMemory(disk, silentLog);
      const line = memory.of("m1").recall();
      expect(line === undefined || typeof line === "string").toBe(true);
    }),
  );
});
