import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Clock, fail, ok, type Result } from "@ballast/kernel";
import { errorText } from "../error-code.ts";
import { type Connection, connect } from "../postgres/connection.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { initialise, isInitialised, superuser } from "./initialise.ts";
import { isAlive, readPidFile, removeStalePidFile } from "./pid-file.ts";
import { freePort, startServer } from "./server-process.ts";
import { databaseUser, type SystemUser } from "./system-user.ts";

const database = "ballast";
const readyWaitMs = 60_000;
const readyPollMs = 100;
/** A server that was killed leaves workers which hold its memory for a moment. */
const startAttemptsMax = 5;
const attemptPauseMs = 1_000;
const fastStopWaitMs = 2_500;
const hardStopWaitMs = 1_000;
const watchPeriodMs = 5_000;

export interface EmbeddedPostgresOptions {
  /** Holds `data` and `password`; nothing else is in it. */
  readonly folder: string;
  readonly clock: Clock;
  /** Where it listened before, so that those who know it find it again; any free one otherwise. */
  readonly port?: number;
  /** Asked once, when the database is made. */
  readonly makePassword: () => string;
  /** For people: what takes long the first time. */
  readonly onProgress?: (sentence: string) => void;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** Whether it was running already, left over from a run that ended badly. */
  readonly wasFound: boolean;
  readonly pid: number;
  /** Clean and within a few seconds. */
  stop(): Promise<void>;
}

interface Place {
  readonly options: EmbeddedPostgresOptions;
  readonly binaries: Binaries;
  readonly user: SystemUser | undefined;
  readonly data: string;
  readonly password: string;
}

/** A real PostgreSQL of one's own on 127.0.0.1, which comes and goes with this program. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<Result<EmbeddedPostgres>> {
  const binaries = await findBinaries();
  if (!binaries.ok) return binaries;
  try {
    const data = join(resolve(options.folder), "data");
    const user = await databaseUser();
    const password = await passwordIn(options);
    const place: Place = { options, binaries: binaries.value, user, data, password };
    if (!(await isInitialised(data))) {
      options.onProgress?.("Making the database (once) …");
      await initialise({ program: binaries.value.initdb, folder: data, password, user });
    }
    const found = await findRunning(place);
    const port = found ?? (await start(place, options.port ?? (await freePort())));
    if (port === undefined) {
      return fail("database.away", `PostgreSQL does not start: ${await lastWords(data)}`);
    }
    await ensureDatabase(place, port);
    return ok(await running(place, port, found !== undefined));
  } catch (error) {
    return fail("database.away", `PostgreSQL cannot run here: ${errorText(error).slice(0, 500)}`);
  }
}

async function passwordIn({ folder, makePassword }: EmbeddedPostgresOptions): Promise<string> {
  const path = join(folder, "password");
  // The server may run as another user: it has to reach its data, and cannot read this file.
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const known = await readFile(path, "utf8").catch(() => "");
  if (known.trim() !== "") return known.trim();
  const made = makePassword();
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}

const urlFor = ({ password }: Place, port: number, name: string): string =>
  `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;

/** The port of the server that already serves this very folder, if one does. */
async function findRunning(place: Place): Promise<number | undefined> {
  const file = await readPidFile(place.data);
  if (file === undefined) return undefined;
  const isOurs = isAlive(file.pid) && (await answersFor(place, file.port));
  if (isOurs) return file.port;
  await removeStalePidFile(place.data);
  return undefined;
}

async function answersFor(place: Place, port: number): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await connect(urlFor(place, port, "postgres"));
    const [row] = await connection.query("show data_directory");
    return row?.["data_directory"] === place.data;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

async function start(place: Place, port: number): Promise<number | undefined> {
  const { binaries, data, user } = place;
  const { clock } = place.options;
  for (let attempt = 1; attempt <= startAttemptsMax; attempt += 1) {
    const child = await startServer({ program: binaries.postgres, folder: data, port, user });
    const untilMonoMs = clock.monotonicMs() + readyWaitMs;
    while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      if (await answersFor(place, port)) return port;
      if (clock.monotonicMs() > untilMonoMs) {
        child.kill("SIGQUIT");
        return undefined;
      }
      await clock.sleep(readyPollMs);
    }
    await clock.sleep(attemptPauseMs);
  }
  return undefined;
}

async function ensureDatabase(place: Place, port: number): Promise<void> {
  const connection = await connect(urlFor(place, port, "postgres"));
  try {
    const [row] = await connection.query("select from pg_database where datname = $1", [database]);
    if (row === undefined) await connection.query(`create database ${database}`);
  } finally {
    await connection.close();
  }
}

async function running(place: Place, port: number, wasFound: boolean): Promise<EmbeddedPostgres> {
  const { clock } = place.options;
  const pidNow = async (): Promise<number> => (await readPidFile(place.data))?.pid ?? 0;
  let pid = await pidNow();
  let isStopping = false;
  // Somebody may kill it. It comes back at the same address, and the store finds it there.
  const stopWatch = clock.every(watchPeriodMs, "embedded-postgres", async () => {
    if (isStopping || isAlive(pid)) return;
    await removeStalePidFile(place.data);
    if ((await start(place, port)) !== undefined) pid = await pidNow();
  });
  return {
    url: urlFor(place, port, database),
    wasFound,
    get pid() {
      return pid;
    },
    async stop() {
      isStopping = true;
      stopWatch();
      await end(pid, "SIGINT", fastStopWaitMs, clock); // Fast: clients are sent away, everything is written.
      await end(pid, "SIGQUIT", hardStopWaitMs, clock); // At once; the next start repairs.
    },
  };
}

async function end(
  pid: number,
  signal: NodeJS.Signals,
  waitMs: number,
  clock: Clock,
): Promise<void> {
  if (pid <= 1 || !isAlive(pid)) return;
  process.kill(pid, signal);
  const untilMonoMs = clock.monotonicMs() + waitMs;
  while (isAlive(pid) && clock.monotonicMs() < untilMonoMs) await clock.sleep(readyPollMs);
}

async function lastWords(data: string): Promise<string> {
  const text = await readFile(join(data, "server.log"), "utf8").catch(() => "");
  return text.trim().split("\n").slice(-3).join(" ").slice(-500) || "it said nothing";
}
