import {
  frameLine,
  type MemoryStorage,
  memoryStorage,
  type Result,
  silentLog,
  virtualClock,
} from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import type { CycleRecord } from "./core/cycle-record.ts";
import { type CycleEntry, openCycleJournal } from "./cycle-journal.ts";

const entryOf = (minerId: string, cyclesCount: number): CycleEntry => ({
  kind: "off",
  atMs: 1_790_000_000_000 + cyclesCount,
  minerId,
  reason: "least worn",
  cyclesCount,
  dayCyclesCount: 1,
  lastOffAtMs: 1_790_000_000_000 + cyclesCount,
});

async function openOn(disk: MemoryStorage) {
  const clock = virtualClock();
  const troubles: (string | undefined)[] = [];
  const told: CycleRecord[] = [];
  const journal = await openCycleJournal({
    storage: disk,
    clock,
    log: silentLog,
    onTrouble: (detail) => troubles.push(detail),
    idPrefix: "main-run",
    onCycle: (record) => told.push(record),
  });
  return { clock, journal, troubles, told };
}

const countsOn = async (disk: MemoryStorage): Promise<Readonly<Record<string, number>>> => {
  const { journal } = await openOn(disk);
  const { records } = journal.recovered;
  return Object.fromEntries([...records].map(([id, { cyclesCount }]) => [id, cyclesCount]));
};

const isOk = async (durable: Promise<Result<void>>): Promise<boolean> => (await durable).ok;

test("what was confirmed is there after a crash", async () => {
  const disk = memoryStorage();
  const { journal } = await openOn(disk);
  expect(await isOk(journal.write([entryOf("a", 1), entryOf("b", 1)]).isDurable)).toBe(true);
  expect(await isOk(journal.write([entryOf("a", 2)]).isDurable)).toBe(true);
  expect(await countsOn(disk)).toEqual({ a: 2, b: 1 });
});

test("a torn tail is cut off before the next line is written behind it", async () => {
  const disk = memoryStorage();
  const { journal } = await openOn(disk);
  await journal.write([entryOf("a", 1), entryOf("b", 1)]).isDurable;
  const [name = ""] = disk.names();
  const bytes = disk.contentOf(name) ?? new Uint8Array();
  for (let length = 0; length < bytes.length; length += 1) {
    disk.spoil(name, bytes.slice(0, length));
    const reopened = await openOn(disk);
    await reopened.journal.write([entryOf("c", 7)]).isDurable;
    const again = await openOn(disk);
    expect(again.journal.recovered.damagedCount).toBe(0);
    expect(again.journal.recovered.records.get("c")?.cyclesCount).toBe(7);
  }
});

test("sequence numbers go on after a restart", async () => {
  const disk = memoryStorage();
  const { journal } = await openOn(disk);
  const [first] = journal.write([entryOf("a", 1)]).records;
  await journal.close();
  const reopened = await openOn(disk);
  const [second] = reopened.journal.write([entryOf("a", 2)]).records;
  expect(second?.sequence).toBeGreaterThan(first?.sequence ?? Infinity);
});

test("a full disk is told once, loses nothing, and heals by itself", async () => {
  const disk = memoryStorage();
  const { clock, journal, troubles } = await openOn(disk);
  disk.setFull(true);
  expect(await isOk(journal.write([entryOf("a", 1)]).isDurable)).toBe(false);
  expect(await isOk(journal.write([entryOf("b", 1)]).isDurable)).toBe(false);
  expect(troubles).toEqual(["no space left on device"]);
  disk.setFull(false);
  await clock.advance(15_000);
  expect(troubles).toEqual(["no space left on device", undefined]);
  expect(await countsOn(disk)).toEqual({ a: 1, b: 1 });
});

test("a journal that could not be read is not overwritten by what is known without it", async () => {
  const disk = memoryStorage();
  const { journal } = await openOn(disk);
  await journal.write([entryOf("a", 41)]).isDurable;
  disk.setFull(true);
  const blind = await openOn(disk);
  expect(blind.troubles).toEqual(["no space left on device"]);
  disk.setFull(false);
  expect(await isOk(blind.journal.write([entryOf("a", 1)]).isDurable)).toBe(false);
  expect(await countsOn(disk)).toEqual({ a: 41 });
});

test("the file stays bounded, and its renewal loses nothing", async () => {
  const disk = memoryStorage();
  const { journal } = await openOn(disk);
  const lengths: number[] = [];
  for (let cycle = 1; cycle <= 250; cycle += 1) {
    const entries = Array.from({ length: 100 }, (_, index) => entryOf(`m${index}`, cycle));
    await journal.write(entries).isDurable;
    lengths.push(disk.contentOf("cycles.jsonl")?.length ?? 0);
  }
  expect(lengths.at(-1)).toBeLessThan(Math.max(...lengths) / 2);
  const counts = Object.values(await countsOn(disk));
  expect(counts).toHaveLength(100);
  expect(new Set(counts)).toEqual(new Set([250]));
});

const cycleOf = (minerId: string, cyclesCount: number): CycleEntry => ({
  ...entryOf(minerId, cyclesCount),
  isCycle: true,
});
const unkeptOn = async (disk: MemoryStorage): Promise<readonly (string | undefined)[]> =>
  (await openOn(disk.copy())).journal.recovered.unkept.map(({ cycleId }) => cycleId);

test("a cycle is told once it is on disk, and found again until it is kept", async () => {
  const disk = memoryStorage();
  const { clock, journal, told } = await openOn(disk);
  const { isDurable } = journal.write([cycleOf("a", 1), entryOf("b", 1), cycleOf("c", 1)]);
  expect(told).toEqual([]);
  await isDurable;
  const ids = told.map(({ cycleId }) => cycleId);
  expect(ids).toEqual(["main-run-1", "main-run-3"]);
  expect(await unkeptOn(disk)).toEqual(ids);
  journal.kept(1);
  await clock.advance(15_000);
  expect(await unkeptOn(disk)).toEqual(["main-run-3"]);
  journal.kept(3);
  await clock.advance(15_000);
  expect(await unkeptOn(disk)).toEqual([]);
});

test("two cycles of a miner while the disk is away are both there afterwards, and told once", async () => {
  const disk = memoryStorage();
  const { clock, journal, told } = await openOn(disk);
  disk.setFull(true);
  await journal.write([cycleOf("a", 1)]).isDurable;
  await journal.write([cycleOf("a", 2)]).isDurable;
  await journal.write([entryOf("a", 2)]).isDurable;
  expect(told.map(({ sequence }) => sequence)).toEqual([1, 2]);
  disk.setFull(false);
  await clock.advance(15_000);
  expect(await unkeptOn(disk)).toEqual(["main-run-1", "main-run-2"]);
  expect(told).toHaveLength(2);
});

test("a slow disk joins many writes into one, and loses no cycle by it", async () => {
  const disk = memoryStorage();
  const { clock, journal } = await openOn(disk);
  disk.setDelay(() => clock.sleep(1_000));
  for (let cycle = 1; cycle <= 5; cycle += 1) journal.write([cycleOf("a", cycle)]);
  await clock.advance(5_000);
  disk.setDelay(undefined);
  expect(await unkeptOn(disk)).toEqual([1, 2, 3, 4, 5].map((each) => `main-run-${each}`));
});

test("the renewal of the file keeps the cycles that are not kept, and forgets the others", async () => {
  const disk = memoryStorage();
  const { clock, journal } = await openOn(disk);
  await journal.write([cycleOf("a", 1)]).isDurable;
  const lengths: number[] = [];
  for (let cycle = 2; cycle <= 250; cycle += 1) {
    const entries = Array.from({ length: 100 }, (_, index) => cycleOf(`m${index}`, cycle));
    const { isDurable, records } = journal.write([...entries, entryOf("a", cycle)]);
    await isDurable;
    for (const { sequence } of records) journal.kept(sequence);
    lengths.push(disk.contentOf("cycles.jsonl")?.length ?? 0);
  }
  await clock.advance(15_000);
  expect(lengths.at(-1)).toBeLessThan(Math.max(...lengths) / 2); // It was renewed.
  const [first, ...others] = await unkeptOn(disk);
  expect(first).toBe("main-run-1");
  // What was kept behind it comes again, at most what the file still holds: the same ids.
  expect(new Set(others).size).toBe(others.length);
});

test("a journal of an earlier version is read as it was written", async () => {
  const disk = memoryStorage();
  const line = frameLine(JSON.stringify({ ...entryOf("a", 7), sequence: 9 }));
  const mark = frameLine(JSON.stringify({ kind: "mark", sequence: 10, atMs: 1_790_000_000_000 }));
  await disk.replace("cycles.jsonl", new TextEncoder().encode(line + mark));
  const { recovered } = (await openOn(disk)).journal;
  expect(recovered).toMatchObject({ damagedCount: 0, lastSequence: 10, unkept: [] });
  expect(recovered.records.get("a")?.cyclesCount).toBe(7);
});
