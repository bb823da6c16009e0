import { assert, type Fault, type MemoryStorage, memoryStorage } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import {
  type LaneName,
  type Outbox,
  type OutboxRecord,
  openOutbox,
  type Stored,
} from "./outbox.ts";

const recordOf = (body: string, lane: LaneName = "events"): OutboxRecord => ({
  lane,
  atMs: 1_790_000_000_000 + Number(/\d+/.exec(body)?.[0] ?? 0),
  body,
});
const bodiesOf = (stored: readonly Stored[]): readonly string[] => stored.map(({ body }) => body);

async function openOn(storage: MemoryStorage, bytesMax = 1_000_000) {
  const troubles: (string | undefined)[] = [];
  const outbox = await openOutbox({
    storage,
    folder: "box",
    bytesMax,
    onTrouble: (fault: Fault | undefined) => troubles.push(fault?.code),
  });
  return { outbox, troubles };
}

const all = async (outbox: Outbox): Promise<readonly Stored[]> =>
  outbox.peek({ countMax: 100_000 });

test("what was appended is there in order, events first, until it is confirmed", async () => {
  const { outbox } = await openOn(memoryStorage());
  await outbox.append([recordOf("s1", "samples"), recordOf("e1")]);
  const appended = await outbox.append([recordOf("e2"), recordOf("s2", "samples")]);
  const stored = await all(outbox);
  expect(bodiesOf(stored)).toEqual(["e1", "e2", "s1", "s2"]);
  expect(appended).toEqual({ ok: true, value: [stored[1]?.position, stored[3]?.position] });
  expect(await outbox.oldestAtMs()).toBe(1_790_000_000_001);
  await outbox.confirm(stored.slice(1, 3).map(({ position }) => position));
  expect(bodiesOf(await all(outbox))).toEqual(["e1", "s2"]);
  expect(outbox.waitingCount).toBe(2);
  expect(bodiesOf(await outbox.peek({ countMax: 5, lanes: ["samples"] }))).toEqual(["s2"]);
});

test("a restart finds what was not confirmed, and gives no position twice", async () => {
  const storage = memoryStorage();
  const { outbox } = await openOn(storage);
  await outbox.append([recordOf("e1"), recordOf("e2"), recordOf("e3")]);
  const stored = await all(outbox);
  await outbox.confirm(stored.slice(1).map(({ position }) => position));
  const again = (await openOn(storage.reboot())).outbox;
  expect(again.waitingCount).toBe(1);
  expect(bodiesOf(await all(again))).toEqual(["e1"]);
  await again.append([recordOf("e4")]);
  const later = await all(again);
  expect(bodiesOf(later)).toEqual(["e1", "e4"]);
  expect(stored.map(({ position }) => position)).not.toContainEqual(later[1]?.position);
});

test("a queue that was emptied to the last file hides nothing that comes after a restart", async () => {
  const storage = memoryStorage();
  const { outbox } = await openOn(storage);
  await outbox.append([recordOf(`e1 ${"x".repeat(70_000)}`)]);
  await outbox.confirm((await all(outbox)).map(({ position }) => position));
  expect(storage.names()).toEqual(["box/cursor"]);
  const again = (await openOn(storage.reboot())).outbox;
  await again.append([recordOf("e2")]);
  expect(bodiesOf(await all(again))).toEqual(["e2"]);
});

test("calls that are not awaited share a flush, and each gets its own positions", async () => {
  const storage = memoryStorage();
  let flushCount = 0;
  const { openAppend } = { openAppend: storage.openAppend.bind(storage) };
  storage.openAppend = async (name) => {
    const opened = await openAppend(name);
    if (!opened.ok) return opened;
    const append: typeof opened.value.append = (bytes) => {
      flushCount += 1;
      return opened.value.append(bytes);
    };
    return { ok: true, value: { ...opened.value, append } };
  };
  const { outbox } = await openOn(storage);
  const bodies = Array.from({ length: 50 }, (_, index) => `e${index}`);
  const outcomes = await Promise.all(bodies.map((body) => outbox.append([recordOf(body)])));
  const stored = await all(outbox);
  expect(bodiesOf(stored)).toEqual(bodies);
  expect(outcomes.map((outcome) => outcome.ok && outcome.value[0])).toEqual(
    stored.map(({ position }) => position),
  );
  expect(flushCount).toBe(2);
});

test("when room is wanting the oldest samples go, and events stay", async () => {
  const { outbox, troubles } = await openOn(memoryStorage(), 8_000);
  for (let index = 0; index < 100; index += 1) {
    const body = `${index}`.padEnd(80, ".");
    const appended = await outbox.append([recordOf(body, index % 2 ? "samples" : "events")]);
    expect(appended.ok).toBe(true);
    expect(outbox.bytes).toBeLessThanOrEqual(8_000);
  }
  expect(outbox.droppedCount).toBeGreaterThan(0);
  expect(troubles).toEqual(["storage.full"]);
  const stored = await all(outbox);
  const numbers = (lane: LaneName): readonly number[] =>
    stored.filter((each) => each.lane === lane).map(({ body }) => Number.parseInt(body, 10));
  expect(numbers("events")).toEqual(Array.from({ length: 50 }, (_, index) => index * 2));
  expect(numbers("samples")).toEqual([...numbers("samples")].sort((left, right) => left - right));
  expect(outbox.waitingIn("samples") + outbox.droppedCount).toBe(50);
  expect(numbers("samples")).toHaveLength(outbox.waitingIn("samples"));
});

test("when not even events fit the caller is told, and there is room again once they left", async () => {
  const { outbox, troubles } = await openOn(memoryStorage(), 2_000);
  const body = "x".repeat(200);
  let storedCount = 0;
  for (; storedCount < 100; storedCount += 1) {
    if (!(await outbox.append([recordOf(body)])).ok) break;
  }
  expect(storedCount).toBe(8);
  expect(await outbox.append([recordOf(body)])).toMatchObject({
    ok: false,
    fault: { code: "storage.full" },
  });
  expect(troubles).toEqual(["storage.full"]);
  await outbox.confirm((await all(outbox)).slice(0, 6).map(({ position }) => position));
  expect((await outbox.append([recordOf(body)])).ok).toBe(true);
  expect(troubles).toEqual(["storage.full", undefined]);
});

test("a spoiled record is skipped and counted; its neighbours are not touched", async () => {
  const storage = memoryStorage();
  const { outbox } = await openOn(storage);
  await outbox.append([recordOf("e1"), recordOf("e2"), recordOf("e3")]);
  const name = storage.names().find((each) => each.includes("events")) ?? "";
  const text = new TextDecoder().decode(storage.contentOf(name));
  storage.spoil(name, new TextEncoder().encode(text.replace("e2", "E2")));
  const again = (await openOn(storage.reboot())).outbox;
  expect(bodiesOf(await all(again))).toEqual(["e1", "e3"]);
  expect([again.damagedCount, again.waitingCount]).toEqual([1, 2]);
  expect(bodiesOf(await all(again))).toEqual(["e1", "e3"]);
  expect(again.damagedCount).toBe(1);
});

test("files go when all of theirs is confirmed", async () => {
  const storage = memoryStorage();
  const { outbox } = await openOn(storage, 8_000);
  for (let index = 0; index < 100; index += 1) await outbox.append([recordOf(`e${index}`)]);
  const filesBefore = storage.names().length;
  expect(filesBefore).toBeGreaterThan(3);
  const stored = await all(outbox);
  await outbox.confirm(stored.slice(0, 99).map(({ position }) => position));
  expect(storage.names()).toHaveLength(2);
  expect(bodiesOf(await all(outbox))).toEqual(["e99"]);
});

test("a disk that fails to flush costs nothing that it confirmed, and is told once", async () => {
  const storage = memoryStorage();
  const { outbox, troubles } = await openOn(storage);
  await outbox.append([recordOf("e1")]);
  storage.setFlushFailing(true);
  expect((await outbox.append([recordOf("e2")])).ok).toBe(false);
  expect((await outbox.append([recordOf("e2")])).ok).toBe(false);
  storage.setFlushFailing(false);
  expect((await outbox.append([recordOf("e3")])).ok).toBe(true);
  expect(troubles).toEqual(["storage.failed", undefined]);
  expect(bodiesOf(await all(outbox))).toEqual(["e1", "e3"]);
  const again = (await openOn(storage.reboot())).outbox;
  expect(bodiesOf(await all(again)).filter((body) => body !== "e2")).toEqual(["e1", "e3"]);
  assert(again.damagedCount <= 3, "a gap in the numbers is all that is left");
});

test("a disk that cannot be read at the start is not written over, and is read when it can be", async () => {
  const storage = memoryStorage();
  const { outbox } = await openOn(storage);
  await outbox.append([recordOf("e1"), recordOf("s1", "samples")]);
  const next = storage.reboot();
  next.setUnreadable(true);
  const blind = await openOn(next);
  expect(blind.troubles).toEqual(["storage.failed"]);
  expect((await blind.outbox.append([recordOf("e2")])).ok).toBe(false);
  expect(await all(blind.outbox)).toEqual([]);
  next.setUnreadable(false);
  expect((await blind.outbox.append([recordOf("e3")])).ok).toBe(true);
  expect(blind.troubles).toEqual(["storage.failed", undefined]);
  expect(bodiesOf(await all(blind.outbox))).toEqual(["e1", "e3", "s1"]);
});
