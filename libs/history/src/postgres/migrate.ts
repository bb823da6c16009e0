import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { fail, ok, type Result } from "@ballast/kernel";
import type { Connection } from "./connection.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Beside `src` and `dist`, so that the same files are found from both. */
const folder = fileURLToPath(new URL("../../migrations/", import.meta.url));

/** The steps from an empty database to the tables of this program, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      // The same text, whatever line ends a checkout gave it.
      const sql = (await readFile(`${folder}/${name}`, "utf8")).replaceAll("\r\n", "\n");
      const checksum = createHash("sha256").update(sql).digest("hex");
      return { number: Number(name.slice(0, 4)), name, sql, checksum };
    }),
  );
}

/** Any number that nobody else locks by: the first bytes of the word. */
const lockKey = "7021788509921243252";

const bootstrap = `
  create schema if not exists ballast;
  create table if not exists ballast.migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  );
`;

/**
 * Brings the tables up to this program, one step in one transaction. Of several programs that start
 * at once one does the work and the others wait for it. There is no way back.
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
): Promise<Result<{ readonly appliedCount: number }>> {
  if (await isCurrent(connection, migrations)) return ok({ appliedCount: 0 });
  await connection.query("select pg_advisory_lock($1)", [lockKey]);
  try {
    await connection.transaction(() => connection.query(bootstrap));
    const applied = await appliedMigrations(connection);
    const problem = disagreement(applied, migrations);
    if (problem !== undefined) return fail("database.refused", problem);
    const due = migrations.filter(({ number }) => !applied.has(number));
    for (const { number, name, sql, checksum } of due) {
      await connection.transaction(async () => {
        await connection.query(sql);
        await connection.query(
          "insert into ballast.migrations (number, name, checksum) values ($1, $2, $3)",
          [number, name, checksum],
        );
      });
    }
    return ok({ appliedCount: due.length });
  } finally {
    if (connection.isUsable()) await connection.query("select pg_advisory_unlock($1)", [lockKey]);
  }
}

/** So that a user who may only write never needs the right to make tables. */
async function isCurrent(
  connection: Connection,
  migrations: readonly Migration[],
): Promise<boolean> {
  const [row] = await connection.query("select to_regclass('ballast.migrations') as found");
  if (row?.["found"] === null || row === undefined) return false;
  const applied = await appliedMigrations(connection);
  return (
    applied.size === migrations.length &&
    migrations.every(({ number, checksum }) => applied.get(number) === checksum)
  );
}

async function appliedMigrations(connection: Connection): Promise<ReadonlyMap<number, string>> {
  const rows = await connection.query("select number, checksum from ballast.migrations");
  return new Map(rows.map((row) => [Number(row["number"]), String(row["checksum"])]));
}

/** Why these tables cannot be brought to this program, as a sentence. */
export function disagreement(
  applied: ReadonlyMap<number, string>,
  migrations: readonly Migration[],
): string | undefined {
  const known = new Map(migrations.map((each) => [each.number, each]));
  for (const [number, checksum] of applied) {
    const ours = known.get(number);
    if (ours === undefined) {
      return `the database was made by a newer Ballast: it is at step ${Math.max(...applied.keys())}, and this program knows ${migrations.length}`;
    }
    if (ours.checksum !== checksum) {
      return `the database was made by another Ballast: its step ${number} is not our ${ours.name}`;
    }
  }
  return undefined;
}
