import { backup } from "@ballast/history/backup";
import { realClock } from "@ballast/kernel";
import { dataFolderDefault } from "./find-database.ts";
import { runHistoryCommand } from "./history-command.ts";

process.exitCode = await runHistoryCommand(process.argv.slice(2), {
  urlOption: "from",
  help: `Writes the whole history, as it is at one moment, into one file.

  npm run backup -- FILE

  --from URL     the database; else that of POSTGRES_URL or POSTGRES_URL_FILE, else the box's own
  --data FOLDER  the box's folder (${dataFolderDefault})
`,
  run: ({ url }, { path }) => backup({ url, path, nowAtMs: realClock().wallMs() }),
  sentence: (path, place) => `${path} holds the history of ${place}.`,
});
