import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { connect, postgresStore } from "@ballast/history";
import { startEmbeddedPostgres } from "@ballast/history/embedded";
import { assert, realClock } from "@ballast/kernel";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { until } from "../servers/index.ts";
import { cycleAt } from "./sample-records.ts";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

/** Real servers take the time they take. */
const patienceMs = 60_000;
const atMs = Date.UTC(2026, 1, 3);
let postgres: TestPostgres;
beforeEach(async () => {
  postgres = await openTestPostgres();
});
afterEach(() => postgres.close());

async function writeAndRead(url: string, offsetMs: number): Promise<number> {
  const store = postgresStore({ url });
  expect(await store.write([cycleAt(atMs + offsetMs)])).toMatchObject({ ok: true });
  const read = await store.read("cycle", { countMax: 100 });
  await store.close();
  return read.ok ? read.value.length : -1;
}

const again = () =>
  startEmbeddedPostgres({
    folder: postgres.folder,
    clock: realClock(),
    makePassword: () => "another one",
  });

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};
const isAlive = (pid: number): boolean => !isGone(pid);

test("it stops cleanly, and what was in it is there when it starts again", async () => {
  expect(await writeAndRead(postgres.server().url, 0)).toBe(1);
  const { pid } = postgres.server();
  await postgres.stop();
  expect(isAlive(pid)).toBe(false);
  await postgres.start();
  expect(postgres.server().wasFound).toBe(false);
  expect(await writeAndRead(postgres.server().url, 1)).toBe(2);
});

test("the password is a file for its owner only, and nobody comes in without it", async () => {
  expect(statSync(join(postgres.folder, "password")).mode & 0o777).toBe(0o600);
  const url = new URL(postgres.server().url);
  url.password = "wrong";
  await expect(connect(url.href)).rejects.toThrow(/password/);
  url.password = "";
  await expect(connect(url.href)).rejects.toThrow(/password/);
});

test("it listens on this machine only", async () => {
  const connection = await connect(postgres.server().url);
  const rows = await connection.query(
    "select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets",
  );
  await connection.close();
  expect(rows).toEqual([{ addresses: "127.0.0.1", sockets: "" }]);
  const socket = connectSocket({ host: "127.0.0.2", port: postgres.port() });
  const [error] = await once(socket, "error");
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
});

test("left running by a box that was killed, it is found and used", async () => {
  expect(await writeAndRead(postgres.server().url, 0)).toBe(1);
  const found = await again();
  assert(found.ok, "it is found");
  expect(found.value).toMatchObject({
    wasFound: true,
    url: postgres.server().url,
    pid: postgres.server().pid,
  });
  expect(await writeAndRead(found.value.url, 1)).toBe(2);
  await found.value.stop();
  expect(isGone(postgres.server().pid)).toBe(true);
});

test("killed, it comes back with all that was confirmed", async () => {
  expect(await writeAndRead(postgres.server().url, 0)).toBe(1);
  const { pid } = postgres.server();
  process.kill(pid, "SIGKILL");
  await until(() => isGone(pid), patienceMs);
  await postgres.stop(); // Its watch would bring it back as well; here the whole box is gone.
  const started = await again();
  assert(started.ok, started.ok ? "" : started.fault.detail);
  expect(started.value.wasFound).toBe(false);
  expect(await writeAndRead(started.value.url, 1)).toBe(2);
  await started.value.stop();
});

test("killed under a box that lives, it comes back at the same address", async () => {
  const { pid, url } = postgres.server();
  process.kill(pid, "SIGKILL");
  await until(() => isGone(pid), patienceMs);
  await until(async () => {
    const connection = await connect(url).catch(() => undefined);
    await connection?.close();
    return connection !== undefined;
  }, patienceMs);
  await until(() => postgres.server().pid !== pid, patienceMs);
  expect(await writeAndRead(url, 0)).toBe(1);
});

/** As a crash leaves it, with a number that the system has given to somebody else since. */
test.each(["a dead process", "another program"])("a pid file of %s is no server", async (whose) => {
  const file = join(postgres.folder, "data", "postmaster.pid");
  const lines = readFileSync(file, "utf8").split("\n");
  await postgres.stop();
  const owner = spawn("sleep", ["60"], {
    ...(process.getuid?.() === 0 && { uid: statSync(join(postgres.folder, "data")).uid }),
    stdio: "ignore",
  });
  const ended = once(owner, "exit");
  if (whose === "a dead process") {
    owner.kill("SIGKILL");
    await ended;
  }
  writeFileSync(file, [owner.pid, ...lines.slice(1)].join("\n"), { mode: 0o600 });
  try {
    const started = await again();
    assert(started.ok, started.ok ? "" : started.fault.detail);
    expect(started.value.wasFound).toBe(false);
    await started.value.stop();
  } finally {
    owner.kill("SIGKILL");
  }
});

test("a start that died while the database was made is begun anew", async () => {
  const folder = join(postgres.folder, "second");
  mkdirSync(join(folder, "data.draft", "base"), { recursive: true });
  writeFileSync(join(folder, "data.draft", "PG_VERSION"), "18\n");
  const sentences: string[] = [];
  const started = await startEmbeddedPostgres({
    folder,
    clock: realClock(),
    makePassword: () => "p@ss/word",
    onProgress: (sentence) => sentences.push(sentence),
  });
  assert(started.ok, started.ok ? "" : started.fault.detail);
  expect(sentences).toHaveLength(1);
  expect(await writeAndRead(started.value.url, 0)).toBe(1);
  await started.value.stop();
});
