import { parseArgs } from "node:util";
import type { BackupSummary } from "@ballast/history/backup";
import type { Result } from "@ballast/kernel";
import { dataFolderDefault, type FoundDatabase, findDatabase } from "./find-database.ts";

interface HistoryCommand {
  readonly help: string;
  /** How the option is called that names the database. */
  readonly urlOption: "from" | "into";
  run(
    database: FoundDatabase,
    wish: { readonly path: string; readonly isForced: boolean },
  ): Promise<Result<BackupSummary>>;
  sentence(path: string, place: string): string;
}

/** What `backup` and `restore` share: a file, a database, and what to say about both. */
export async function runHistoryCommand(
  args: readonly string[],
  command: HistoryCommand,
): Promise<number> {
  const parsed = parse(args, command.urlOption);
  if (typeof parsed === "string") return complain(`${parsed}; --help shows how it is used`);
  if (parsed.isHelpWanted) {
    process.stdout.write(command.help);
    return 0;
  }
  const database = await findDatabase({ url: parsed.url, dataFolder: parsed.dataFolder });
  if (!database.ok) return complain(database.fault.detail);
  const { close, place } = database.value;
  try {
    const done = await command.run(database.value, parsed);
    if (!done.ok) return complain(done.fault.detail);
    const tables = Object.entries(done.value.tables).filter(([, { rowsCount }]) => rowsCount > 0);
    for (const [name, { rowsCount }] of tables) {
      process.stdout.write(`${String(rowsCount).padStart(12)}  ${name}\n`);
    }
    process.stdout.write(`${command.sentence(parsed.path, place)}\n`);
    return 0;
  } finally {
    await close();
  }
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

function parse(args: readonly string[], urlOption: "from" | "into") {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { from: text, into: text, data: text, force: flag, help: { ...flag, short: "h" } },
    });
    const [path = "", ...more] = positionals;
    if (!values.help && (path === "" || more.length > 0)) return "name one file";
    if (values[urlOption === "from" ? "into" : "from"] !== undefined) {
      return `the database is named with --${urlOption}`;
    }
    return {
      path,
      url: values[urlOption],
      dataFolder: values.data ?? dataFolderDefault,
      isForced: values.force,
      isHelpWanted: values.help,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
