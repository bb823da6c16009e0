import { replayCommand } from "./command.ts";

process.exitCode = await replayCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
