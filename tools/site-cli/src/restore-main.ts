import { restore } from "@ballast/history/backup";
import { dataFolderDefault } from "./find-database.ts";
import { runHistoryCommand } from "./history-command.ts";

process.exitCode = await runHistoryCommand(process.argv.slice(2), {
  urlOption: "into",
  help: `Brings a backup of the history back, all of it or nothing, into an empty database.

  npm run restore -- FILE

  --into URL     the database; else that of POSTGRES_URL or POSTGRES_URL_FILE, else the box's own
  --data FOLDER  the box's folder (${dataFolderDefault})
  --force        replaces what is in the database
`,
  run: ({ url }, { isForced, path }) => restore({ url, path, isForced }),
  sentence: (path, place) => `The history of ${path} is in ${place}.`,
});
