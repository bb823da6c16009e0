import type { Readable, Writable } from "node:stream";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { sqlStateOf } from "./fault-of.ts";

const connectTimeoutMs = 5_000;
/** A batch takes well under a second; what takes longer waits for a lock or a dead network. */
const statementTimeoutMs = 30_000;
/** The server gives up first, so that it is the one to say why. */
const answerTimeoutMs = statementTimeoutMs + 5_000;

export type Row = Readonly<Record<string, unknown>>;

/** One session with the server. Its methods throw what the server or the network threw. */
export interface Connection {
  /** False once anything but an answer of the server came: nobody knows where it stands then. */
  isUsable(): boolean;
  /** One statement with parameters, or several without. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  transaction<Value>(run: () => Promise<Value>): Promise<Value>;
  /** The answer of `copy … to stdout`, and the way into `copy … from stdin`. */
  copyOut(text: string): Readable;
  copyIn(text: string): Writable;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** What the server shows to those who look who is there. */
  readonly applicationName?: string;
  /** For whole tables at once: no statement takes too long. */
  readonly isPatient?: boolean;
}

export async function connect(
  url: string,
  { applicationName = "ballast", isPatient = false }: ConnectOptions = {},
): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    ...(!isPatient && { statement_timeout: statementTimeoutMs, query_timeout: answerTimeoutMs }),
  });
  let isUsable = true;
  client.on("error", () => {
    isUsable = false;
  });
  client.on("end", () => {
    isUsable = false;
  });
  await client.connect();
  const query: Connection["query"] = async (text, values) => {
    try {
      const answer = await client.query<Row>(text, values === undefined ? undefined : [...values]);
      return answer.rows ?? [];
    } catch (error) {
      if (sqlStateOf(error) === undefined) isUsable = false;
      throw error;
    }
  };
  return {
    isUsable: () => isUsable,
    query,
    async transaction(run) {
      await query("begin");
      try {
        const value = await run();
        await query("commit");
        return value;
      } catch (error) {
        if (isUsable) await query("rollback").catch(() => undefined);
        throw error;
      }
    },
    copyOut: (text) => client.query(copyTo(text)),
    copyIn: (text) => client.query(copyFrom(text)),
    async close() {
      const isPolite = isUsable;
      isUsable = false;
      const ended = client.end().catch(() => undefined);
      // Somebody who no longer answers is not waited for.
      if (isPolite) await ended;
    },
  };
}

/** For messages and logs: where, and never with which password. */
export function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || "5432"}${pathname}`;
  } catch {
    return "an address that is no URL";
  }
}
