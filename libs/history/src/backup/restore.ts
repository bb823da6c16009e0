import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline as pipe } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { fail, ok, type Result } from "@ballast/kernel";
import type * as z from "zod";
import { errorCode, errorText } from "../error-code.ts";
import { type Connection, connect } from "../postgres/connection.ts";
import { attempt, sqlStateOf } from "../postgres/fault-of.ts";
import { migrate, readMigrations } from "../postgres/migrate.ts";
import { qualified, quoted } from "../statements.ts";
import { allTables, columnNames } from "../tables.ts";
import {
  endOfRows,
  formatVersion,
  Head,
  TableHead,
  type TableTail,
  Tail,
} from "./archive-format.ts";

export interface RestoreOptions {
  readonly url: string;
  readonly path: string;
  /** Whether what is in the database may be replaced. */
  readonly isForced: boolean;
}

/** What is wrong with an archive, as a sentence. */
class ArchiveProblem extends Error {}

/** Brings back a backup, all of it or nothing. The database gets our tables first, if it has none. */
export function restore({ isForced, path, url }: RestoreOptions): Promise<Result<Tail>> {
  return attempt(async () => {
    const connection = await connect(url, { applicationName: "ballast-restore", isPatient: true });
    try {
      const migrations = await readMigrations();
      const migrated = await migrate(connection, migrations);
      if (!migrated.ok) return migrated;
      const used = await firstUsedTable(connection);
      if (used !== undefined && !isForced) {
        return fail("database.refused", `the database is not empty: there are rows in ${used}`);
      }
      const stepMax = Math.max(...migrations.map(({ number }) => number));
      const tail = await connection.transaction(() => load(connection, path, stepMax));
      return ok(tail);
    } catch (error) {
      if (error instanceof ArchiveProblem || isOfTheFile(error)) {
        return fail("storage.failed", `${path}: ${errorText(error)}`);
      }
      throw error;
    } finally {
      await connection.close();
    }
  });
}

/** Not there, not readable, or not compressed as it should be. */
const isOfTheFile = (error: unknown): boolean =>
  sqlStateOf(error) === undefined && /^(?:E[A-Z]+|Z_[A-Z_]+)$/.test(errorCode(error) ?? "");

async function firstUsedTable(connection: Connection): Promise<string | undefined> {
  for (const table of allTables) {
    const rows = await connection.query(`select from ${qualified(table)} limit 1`);
    if (rows.length > 0) return table.name;
  }
  return undefined;
}

async function load(connection: Connection, path: string, stepMax: number): Promise<Tail> {
  await connection.query("set local timezone = 'UTC'; set local datestyle = 'ISO'");
  await connection.query(`truncate ${allTables.map(qualified).join(", ")}`);
  // A reader that fails ends the other one with its error, which comes up where lines are asked for.
  const text = pipe(createReadStream(path), createGunzip(), () => undefined);
  const lines = linesOf(text);
  const head = parse(Head, await next(lines));
  if (head.version > formatVersion || head.step > stepMax) {
    throw new ArchiveProblem("it was made by a newer Ballast; use that one, or a later one");
  }
  const found: Record<string, TableTail> = {};
  for (;;) {
    const line = await next(lines);
    if (line.subarray(0, tailStart.length).equals(tailStart)) {
      const tail = parse(Tail, line);
      compare(tail.tables, found);
      return tail;
    }
    const tableHead = parse(TableHead, line);
    found[tableHead.table] = await loadTable(connection, tableHead, lines);
  }
}

const tailStart = Buffer.from('{"tables":');

async function loadTable(
  connection: Connection,
  { columns, monthsAtMs, table: name }: TableHead,
  lines: AsyncIterator<Buffer>,
): Promise<TableTail> {
  const table = allTables.find((each) => each.name === name);
  const known = table === undefined ? [] : columnNames(table);
  if (table === undefined || columns.some((column) => !known.includes(column))) {
    throw new ArchiveProblem(`its table ${name} is not one of this program`);
  }
  for (const atMs of monthsAtMs) {
    await connection.query("select ballast.ensure_month($1, $2)", [name, new Date(atMs)]);
  }
  const tally = { rowsCount: 0, hash: createHash("sha256") };
  await pipeline(
    rowsOf(lines, tally),
    connection.copyIn(`copy ${qualified(table)} (${columns.map(quoted).join(", ")}) from stdin`),
  );
  return { rowsCount: tally.rowsCount, sha256: tally.hash.digest("hex") };
}

async function* rowsOf(
  lines: AsyncIterator<Buffer>,
  tally: { rowsCount: number; readonly hash: Hash },
): AsyncGenerator<Buffer> {
  const endLine = Buffer.from(endOfRows);
  for (let line = await next(lines); !line.equals(endLine); line = await next(lines)) {
    tally.hash.update(line);
    tally.rowsCount += 1;
    yield line;
  }
}

function compare(
  expected: Readonly<Record<string, TableTail>>,
  found: Readonly<Record<string, TableTail>>,
): void {
  for (const [name, { rowsCount, sha256 }] of Object.entries(expected)) {
    const got = found[name];
    if (got?.rowsCount !== rowsCount || got.sha256 !== sha256) {
      throw new ArchiveProblem(`its table ${name} is damaged: ${got?.rowsCount ?? 0} rows found`);
    }
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, line: Buffer): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(line.toString("utf8")));
  } catch {
    throw new ArchiveProblem("it is no backup of the history, or it is damaged");
  }
}

async function next(lines: AsyncIterator<Buffer>): Promise<Buffer> {
  const { done, value } = await lines.next();
  if (done === true) throw new ArchiveProblem("it ends too early");
  return value;
}

async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let start = 0;
    for (let end = all.indexOf(0x0a); end >= 0; end = all.indexOf(0x0a, start)) {
      yield all.subarray(start, end + 1);
      start = end + 1;
    }
    rest = all.subarray(start);
  }
  return undefined;
}
