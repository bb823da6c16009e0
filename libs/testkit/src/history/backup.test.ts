import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type HistoryRecord, postgresStore, recordKinds } from "@ballast/history";
import { backup, restore } from "@ballast/history/backup";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cycleAt, oneOfEach } from "./sample-records.ts";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

const nowAtMs = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "ballast-backup-"));
const path = join(folder, "history.gz");
let postgres: TestPostgres;
let source: string;

const records: readonly HistoryRecord[] = [
  ...Array.from({ length: 40 }, (_, index) => oneOfEach(nowAtMs - index * 9 * dayMs)).flat(),
  ...Array.from({ length: 3_000 }, (_, index) => cycleAt(nowAtMs + index)),
  { ...cycleAt(nowAtMs, "odd"), reason: 'a \\. line\n\ttab, {"tables": \\N and ü €' },
];

beforeAll(async () => {
  postgres = await openTestPostgres();
  source = await postgres.freshDatabase();
  const store = postgresStore({ url: source });
  expect(await store.write(records)).toMatchObject({ ok: true });
  await store.close();
  expect(await backup({ url: source, path, nowAtMs })).toMatchObject({ ok: true });
});
afterAll(async () => {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

async function contentOf(url: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const store = postgresStore({ url });
  const content: Record<string, readonly unknown[]> = {};
  for (const kind of recordKinds) {
    const read = await store.read(kind, { countMax: 10_000 });
    content[kind] = read.ok ? read.value : [read.fault.detail];
  }
  await store.close();
  return content;
}

test("what is brought back is what was there, row by row and by its checksums", async () => {
  const made = await backup({ url: source, path, nowAtMs });
  expect(made).toMatchObject({ ok: true, value: { tables: { cycles: { rowsCount: 3_040 } } } });
  const target = await postgres.freshDatabase();
  const restored = await restore({ url: target, path, isForced: false });
  expect(restored).toEqual(made);
  expect(await contentOf(target)).toEqual(await contentOf(source));
  // And a backup of the copy is a backup of the same.
  const again = await backup({ url: target, path: `${path}.again`, nowAtMs });
  expect(again).toEqual(made);
  // The copy goes on as the original would.
  const store = postgresStore({ url: target });
  expect(await store.write([cycleAt(nowAtMs + 400 * dayMs)])).toMatchObject({ ok: true });
  await store.close();
});

test("a database that is in use is refused, and replaced only when told so", async () => {
  const target = await postgres.freshDatabase();
  const store = postgresStore({ url: target });
  await store.write([cycleAt(nowAtMs, "other")]);
  await store.close();
  const before = await contentOf(target);
  expect(await restore({ url: target, path, isForced: false })).toMatchObject({
    ok: false,
    fault: { code: "database.refused", detail: expect.stringContaining("cycles") },
  });
  expect(await contentOf(target)).toEqual(before);
  expect(await restore({ url: target, path, isForced: true })).toMatchObject({ ok: true });
  expect((await contentOf(target))["cycle"]).toHaveLength(3_040);
});

const text = (): string => gunzipSync(readFileSync(path)).toString("utf8");
test.each<[string, () => Uint8Array, RegExp]>([
  ["a file that ends too early", () => gzipSync(text().slice(0, 90_000)), /ends too early/],
  ["a cut archive", () => readFileSync(path).subarray(0, 9_000), /unexpected end/],
  ["a changed row", () => gzipSync(text().replace("shed", "shad")), /is damaged/],
  ["a lost row", () => gzipSync(text().replace(/m001-\d+\t.*\n/, "")), /is damaged/],
  ["another file", () => gzipSync("hello\n"), /no backup/],
  ["no archive at all", () => Buffer.from("hello"), /incorrect header/],
  ["a newer format", () => gzipSync(text().replace('"version":1', '"version":9')), /newer/],
  ["newer tables", () => gzipSync(text().replace(/"step":\d+/, '"step":999')), /newer/],
])("%s changes nothing", async (_, spoil, sentence) => {
  const spoilt = join(folder, "spoilt.gz");
  writeFileSync(spoilt, spoil());
  const target = await postgres.freshDatabase();
  const restored = await restore({ url: target, path: spoilt, isForced: true });
  expect(restored).toMatchObject({ ok: false, fault: { detail: expect.stringMatching(sentence) } });
  expect(Object.values(await contentOf(target)).flat()).toEqual([]);
});

test("a file that is not there is a sentence", async () => {
  const url = await postgres.freshDatabase();
  const restored = await restore({ url, path: join(folder, "none"), isForced: false });
  expect(restored).toMatchObject({
    ok: false,
    fault: { detail: expect.stringContaining("no such file"), code: "storage.failed" },
  });
});
