import { join } from "node:path";
import { placeOf } from "@ballast/history";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@ballast/history/embedded";
import { type Log, realClock } from "@ballast/kernel";
import { freshSecret } from "@ballast/runtime";

export interface HistoryWish {
  /** Without a database the records stay on disk, within their bound. */
  readonly isDatabaseWanted: boolean;
  /** Of the environment: an address there is used instead of a database of our own. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** For people: one sentence at a time. */
  readonly tell: (sentence: string) => void;
}

export interface BoxHistory {
  /** What the historian is to find in its environment. */
  readonly variables: HistoryWish["variables"];
  /** Part of a story: the database goes away, and comes back. */
  setDown(isDown: boolean): Promise<void>;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly dataFolder: string;
  readonly log: Log;
  /** Whether the site file names a database itself. */
  readonly isDatabaseNamed: boolean;
}

/** Brings up the database of the box, where no other one is named and it can run here. */
export async function openBoxHistory(
  { isDatabaseWanted, tell, variables }: HistoryWish,
  { dataFolder, isDatabaseNamed, log }: Surroundings,
): Promise<BoxHistory> {
  if (isDatabaseNamed) {
    tell("History: in the database that the site file or the environment names.");
    return withoutServer(variables);
  }
  if (!isDatabaseWanted) {
    tell("History: no database; records are kept on disk, within a bound.");
    return withoutServer(variables);
  }
  const start = (port?: number) =>
    startEmbeddedPostgres({
      ...(port !== undefined && { port }),
      folder: join(dataFolder, "postgres"),
      clock: realClock(), // Also where the simulated site runs faster than life.
      makePassword: freshSecret,
      onProgress: tell,
    });
  const started = await start();
  if (!started.ok) {
    tell(`History: ${started.fault.detail}. Records are kept on disk, within a bound.`);
    log.warn("no-embedded-database", { detail: started.fault.detail });
    return withoutServer(variables);
  }
  let server: EmbeddedPostgres | undefined = started.value;
  const { url, wasFound } = started.value;
  tell(`History: PostgreSQL at ${placeOf(url)}${wasFound ? ", found running" : ""}.`);
  return {
    variables: { ...variables, POSTGRES_URL: url },
    async setDown(isDown) {
      if (isDown) {
        await server?.stop();
        server = undefined;
      } else if (server === undefined) {
        const again = await start(Number(new URL(url).port));
        if (again.ok) server = again.value;
        else log.warn("no-embedded-database", { detail: again.fault.detail });
      }
    },
    stop: async () => server?.stop(),
  };
}

const withoutServer = (variables: BoxHistory["variables"]): BoxHistory => ({
  variables,
  setDown: async () => undefined, // It is not ours to stop.
  stop: async () => undefined,
});
