import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "@ballast/history";
import { startEmbeddedPostgres } from "@ballast/history/embedded";
import { fail, ok, type Result, realClock } from "@ballast/kernel";
import { freshSecret, machineVariables } from "@ballast/runtime";

export const dataFolderDefault = ".ballast/box";

export interface FoundDatabase {
  readonly url: string;
  /** For people, without a password. */
  readonly place: string;
  /** Ends what was started only to be asked. */
  close(): Promise<void>;
}

export interface DatabaseWish {
  /** Named on the command line. */
  readonly url: string | undefined;
  /** The box's folder: it has a database of its own in it. */
  readonly dataFolder: string;
}

/** The one that is named, else that of the environment, else that of the box, running or not. */
export async function findDatabase({
  dataFolder,
  url,
}: DatabaseWish): Promise<Result<FoundDatabase>> {
  const named = url ?? urlOfEnvironment();
  if (named !== undefined) return ok(found(named));
  const folder = join(dataFolder, "postgres");
  if (!existsSync(folder)) {
    return fail(
      "database.away",
      `there is no database in ${dataFolder}; name one with a postgres:// address, or the box's folder with --data`,
    );
  }
  const started = await startEmbeddedPostgres({
    folder,
    clock: realClock(),
    makePassword: freshSecret,
  });
  if (!started.ok) return started;
  const { stop, url: own, wasFound } = started.value;
  // One that runs belongs to a box that is at work.
  return ok({ ...found(own), close: wasFound ? async () => undefined : () => stop() });
}

const found = (url: string): FoundDatabase => ({
  url,
  place: placeOf(url),
  close: async () => undefined,
});

function urlOfEnvironment(): string | undefined {
  const { POSTGRES_URL, POSTGRES_URL_FILE } = machineVariables();
  if (POSTGRES_URL !== undefined && POSTGRES_URL !== "") return POSTGRES_URL;
  if (POSTGRES_URL_FILE === undefined || POSTGRES_URL_FILE === "") return undefined;
  return readFileSync(POSTGRES_URL_FILE, "utf8").trim();
}
