import { fail, ok, type Result } from "@ballast/kernel";
import { monthStart } from "../months.ts";
import { HistoryRecord, type RecordKind, type RecordOf } from "../records.ts";
import { insertStatement, selectRecords } from "../statements.ts";
import type { HistoryStore, Retention, Selection } from "../store.ts";
import { type AnyTable, allTables, tableOf, withoutRepeats } from "../tables.ts";
import { type Connection, connect } from "./connection.ts";
import { attempt } from "./fault-of.ts";
import { migrate, readMigrations } from "./migrate.ts";

/** Made before they are needed, so that midnight on the first is like any other midnight. */
const monthsAhead = 2;

export interface PostgresStoreOptions {
  readonly url: string;
  /** Told once for each connection that is made. */
  readonly onConnected?: (news: { readonly appliedCount: number }) => void;
}

/** Connects when it is first needed, and anew whenever the connection was lost. */
export const postgresStore = (options: PostgresStoreOptions): HistoryStore =>
  new PostgresStore(options);

class PostgresStore implements HistoryStore {
  readonly #options: PostgresStoreOptions;
  readonly #inserts: ReadonlyMap<RecordKind, string>;
  #connection: Connection | undefined;
  /** Months that are there, as far as this connection knows. */
  readonly #months = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PostgresStoreOptions) {
    this.#options = options;
    this.#inserts = new Map(allTables.map((table) => [table.kind, insertStatement(table)]));
  }

  write(records: readonly HistoryRecord[]): Promise<Result<void>> {
    return this.#withConnection(async (connection) => {
      const groups = groupByKind(withoutRepeats(records));
      for (const [kind, members] of groups) {
        for (const { atMs } of members) await this.#ensureMonth(connection, tableOf(kind), atMs);
      }
      await connection.transaction(async () => {
        for (const [kind, members] of groups) {
          await connection.query(this.#inserts.get(kind) ?? "", [JSON.stringify(members)]);
        }
      });
      return ok(undefined);
    });
  }

  read<Kind extends RecordKind>(
    kind: Kind,
    selection: Selection,
  ): Promise<Result<readonly RecordOf<Kind>[]>> {
    return this.#withConnection(async (connection) => {
      const { text, values } = queryFor(kind, selection);
      const rows = await connection.query(text, values);
      const records: RecordOf<Kind>[] = [];
      for (const { record } of rows) {
        const parsed = HistoryRecord.safeParse(record);
        if (!parsed.success || !isOf(kind, parsed.data)) {
          return fail("database.refused", `a row of ${tableOf(kind).name} is no ${kind}`);
        }
        records.push(parsed.data);
      }
      return ok(records);
    });
  }

  tend(nowAtMs: number, retention: Retention): Promise<Result<void>> {
    return this.#withConnection(async (connection) => {
      for (const table of allTables) {
        for (let ahead = 0; ahead <= monthsAhead; ahead += 1) {
          await this.#ensureMonth(connection, table, monthStart(nowAtMs, ahead));
        }
        const months = retention[table.kind];
        if (months === undefined) continue;
        await connection.query("select ballast.forget_before($1, $2)", [
          table.name,
          new Date(monthStart(nowAtMs, -months)),
        ]);
        this.#months.clear();
      }
      return ok(undefined);
    });
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#connection?.close();
    this.#connection = undefined;
  }

  /** One user at a time, as there is one session. */
  #withConnection<Value>(
    run: (connection: Connection) => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    const mine = this.#turn.then(() =>
      attempt(async () => {
        const connection = await this.#open();
        return connection.ok ? run(connection.value) : connection;
      }),
    );
    this.#turn = mine.then((outcome) => {
      // Somebody else may have dropped a month that we believe to be there.
      if (!outcome.ok) this.#months.clear();
    });
    return mine;
  }

  async #open(): Promise<Result<Connection>> {
    if (this.#connection?.isUsable() === true) return ok(this.#connection);
    await this.#connection?.close();
    this.#connection = undefined;
    const connection = await connect(this.#options.url);
    const migrated = await migrate(connection, await readMigrations()).catch(async (error) => {
      await connection.close();
      throw error;
    });
    if (!migrated.ok) {
      await connection.close();
      return migrated;
    }
    await takeLeastRole(connection);
    this.#months.clear();
    this.#connection = connection;
    this.#options.onConnected?.(migrated.value);
    return ok(connection);
  }

  async #ensureMonth(connection: Connection, table: AnyTable, atMs: number): Promise<void> {
    if (!table.isPartitioned) return;
    const startMs = monthStart(atMs, 0);
    const key = `${table.name} ${startMs}`;
    if (this.#months.has(key)) return;
    await connection.query("select ballast.ensure_month($1, $2)", [table.name, new Date(startMs)]);
    this.#months.add(key);
  }
}

/** From here on the session can write rows and nothing else, whoever it was that connected. */
async function takeLeastRole(connection: Connection): Promise<void> {
  const [row] = await connection.query(
    "select coalesce((select pg_has_role(current_user, oid, 'set') from pg_roles where rolname = 'ballast_writer'), false) as may",
  );
  if (row?.["may"] === true) await connection.query("set role ballast_writer");
}

function groupByKind(
  records: readonly HistoryRecord[],
): ReadonlyMap<RecordKind, readonly HistoryRecord[]> {
  const groups = new Map<RecordKind, HistoryRecord[]>();
  for (const record of records) {
    const group = groups.get(record.kind);
    if (group === undefined) groups.set(record.kind, [record]);
    else group.push(record);
  }
  return groups;
}

const isOf = <Kind extends RecordKind>(
  kind: Kind,
  record: HistoryRecord,
): record is RecordOf<Kind> => record.kind === kind;

function queryFor(
  kind: RecordKind,
  { fromAtMs, untilAtMs, ids, eventId, countMax, order }: Selection,
): { readonly text: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (fromAtMs !== undefined) where((place) => `t.at >= ${place}`, new Date(fromAtMs));
  if (untilAtMs !== undefined) where((place) => `t.at < ${place}`, new Date(untilAtMs));
  if (ids !== undefined) where((place) => `t.id = any(${place})`, [...ids]);
  if (eventId !== undefined) where((place) => `t.event_id = ${place}`, eventId);
  values.push(countMax);
  const isNewestFirst = order === "newest";
  return {
    text: `${selectRecords(tableOf(kind), conditions, isNewestFirst)}\nlimit $${values.length}`,
    values,
  };
}
