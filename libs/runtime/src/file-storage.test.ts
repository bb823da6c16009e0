import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "@ballast/kernel";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fileStorage } from "./file-storage.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ballast-storage-"));
});
afterEach(() => rm(folder, { recursive: true }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("appends keep their order, also when they are not awaited, and are found again", async () => {
  const storage = fileStorage(folder);
  const opened = await storage.openAppend("cycles/main.log");
  assert(opened.ok, "opens");
  const lines = Array.from({ length: 100 }, (_, index) => `${index}\n`);
  const outcomes = await Promise.all(lines.map((line) => opened.value.append(bytes(line))));
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  await opened.value.close();
  const again = await storage.openAppend("cycles/main.log");
  assert(again.ok, "opens again");
  expect(again.value.lengthBytes).toBe(lines.join("").length);
  expect(await readFile(join(folder, "cycles/main.log"), "utf8")).toBe(lines.join(""));
  await again.value.truncate(2);
  await again.value.append(bytes("x"));
  await again.value.close();
  expect(await readFile(join(folder, "cycles/main.log"), "utf8")).toBe("0\nx");
});

test("replace is all or nothing, and leaves no draft behind", async () => {
  const storage = fileStorage(folder);
  await storage.replace("state.json", bytes("one"));
  await storage.replace("state.json", bytes("two"));
  const read = await storage.read("state.json");
  expect(read.ok && Buffer.from(read.value ?? []).toString()).toBe("two");
  expect(await storage.list(".")).toEqual({ ok: true, value: ["state.json"] });
});

test("a part of a file is read alone, and ends where the file ends", async () => {
  const storage = fileStorage(folder);
  await storage.replace("deep/er/log", bytes("0123456789"));
  const part = async (fromBytes: number, lengthBytes: number): Promise<string> => {
    const read = await storage.readRange("deep/er/log", fromBytes, lengthBytes);
    return read.ok ? Buffer.from(read.value).toString() : read.fault.detail;
  };
  expect([await part(2, 3), await part(8, 5), await part(10, 5)]).toEqual(["234", "89", ""]);
  expect(await storage.size("deep/er/log")).toEqual({ ok: true, value: 10 });
  expect(await storage.size("none")).toEqual({ ok: true, value: 0 });
  expect(await storage.readRange("none", 0, 5)).toEqual({ ok: true, value: new Uint8Array() });
});

test("a full disk has a code of its own", async () => {
  // A device that every Linux has, and that is always full.
  const opened = await fileStorage("/dev").openAppend("full");
  assert(opened.ok, "opens");
  expect(await opened.value.append(bytes("x"))).toMatchObject({
    ok: false,
    fault: { code: "storage.full" },
  });
  await opened.value.close();
});

test("what is not there is undefined, and what cannot be is a fault", async () => {
  const storage = fileStorage(folder);
  expect(await storage.read("none")).toEqual({ ok: true, value: undefined });
  expect(await storage.list("none")).toEqual({ ok: true, value: [] });
  await storage.replace("file", bytes(""));
  expect(await storage.openAppend("file/below")).toMatchObject({
    ok: false,
    fault: { code: "storage.failed" },
  });
});
