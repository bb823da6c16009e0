import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@ballast/history";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@ballast/history/embedded";
import { assert, realClock } from "@ballast/kernel";

/** A real PostgreSQL for a test file, with a database for each test. */
export interface TestPostgres {
  readonly folder: string;
  server(): EmbeddedPostgres;
  port(): number;
  /** The address of a new, empty database; on another port where a proxy stands in between. */
  freshDatabase(port?: number): Promise<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "ballast-postgres-"));
  chmodSync(folder, 0o755); // The server may run as another user than the tests.
  const open = async (): Promise<EmbeddedPostgres> => {
    const started = await startEmbeddedPostgres({
      folder,
      clock: realClock(),
      makePassword: () => "only for tests",
    });
    assert(started.ok, started.ok ? "" : started.fault.detail);
    return started.value;
  };
  let server = await open();
  let databaseCount = 0;
  const port = (): number => Number(new URL(server.url).port);
  return {
    folder,
    server: () => server,
    port,
    async freshDatabase(throughPort) {
      databaseCount += 1;
      const name = `test_${databaseCount}`;
      const connection = await connect(server.url);
      await connection.query(`create database ${name}`);
      await connection.close();
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      if (throughPort !== undefined) url.port = String(throughPort);
      return url.href;
    },
    async start() {
      server = await open();
    },
    stop: () => server.stop(),
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
