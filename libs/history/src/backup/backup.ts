import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { ok, type Result } from "@ballast/kernel";
import { type Connection, connect } from "../postgres/connection.ts";
import { attempt } from "../postgres/fault-of.ts";
import { qualified, quoted } from "../statements.ts";
import { type AnyTable, allTables, columnNames } from "../tables.ts";
import { endOfRows, formatVersion, lineOf, type TableTail, type Tail } from "./archive-format.ts";

export interface BackupOptions {
  readonly url: string;
  readonly path: string;
  readonly nowAtMs: number;
}

const lineBreak = 0x0a;

/** The whole history as it was at one moment, while records go on coming in. */
export function backup({ nowAtMs, path, url }: BackupOptions): Promise<Result<Tail>> {
  return attempt(async () => {
    const connection = await connect(url, { applicationName: "ballast-backup", isPatient: true });
    const draft = `${path}.draft`;
    try {
      const tables: Record<string, TableTail> = {};
      await pipeline(
        archiveOf(connection, nowAtMs, tables),
        createGzip(),
        createWriteStream(draft, { mode: 0o600, flush: true }),
      );
      await rename(draft, path);
      return ok({ tables });
    } finally {
      await connection.close();
      await rm(draft, { force: true });
    }
  });
}

async function* archiveOf(
  connection: Connection,
  madeAtMs: number,
  tables: Record<string, TableTail>,
): AsyncGenerator<string | Buffer> {
  // One snapshot for all tables; the texts of instants must not depend on who reads them.
  await connection.query("begin isolation level repeatable read read only");
  await connection.query("set local timezone = 'UTC'; set local datestyle = 'ISO'");
  const [row] = await connection.query("select max(number) as step from ballast.migrations");
  const step = Number(row?.["step"] ?? 0);
  yield lineOf({ format: "ballast-history", version: formatVersion, madeAtMs, step });
  for (const table of allTables) {
    const columns = columnNames(table);
    const monthsAtMs = await monthsOf(connection, table);
    yield lineOf({ table: table.name, columns, monthsAtMs });
    const hash = createHash("sha256");
    let rowsCount = 0;
    const names = columns.map(quoted).join(", ");
    const rows = connection.copyOut(
      `copy (select ${names} from ${qualified(table)} order by at, id) to stdout`,
    );
    for await (const bytes of rows) {
      hash.update(bytes);
      for (let at = bytes.indexOf(lineBreak); at >= 0; at = bytes.indexOf(lineBreak, at + 1)) {
        rowsCount += 1;
      }
      yield bytes;
    }
    yield endOfRows;
    tables[table.name] = { rowsCount, sha256: hash.digest("hex") };
  }
  await connection.query("commit");
  yield lineOf({ tables });
}

async function monthsOf(connection: Connection, table: AnyTable): Promise<number[]> {
  if (!table.isPartitioned) return [];
  const rows = await connection.query(
    `select distinct extract(epoch from date_trunc('month', at at time zone 'UTC')) * 1000 as month from ${qualified(table)} order by 1`,
  );
  return rows.map(({ month }) => Number(month));
}
