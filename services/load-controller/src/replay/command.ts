import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { LoadControllerConfig } from "../config.ts";
import { type ProfileName, profileNames } from "../profiles.ts";
import { replayFrequency } from "./replay-frequency.ts";
import { replayJournal } from "./replay-journal.ts";

const help = `Runs the past through the load-controller's decisions.

  replay frequency FILE [options]   what the law would have done with a recording
  replay journal FILE …             takes journalled decisions again and compares

Options for a recording (a table with the columns utc,hz and perhaps vl1,vl2,vl3):
  --profile NAME    ${profileNames.join(", ")} (default)
  --nominal-hz HZ   50 or 60 (50)
  --units COUNT     how many units the load consists of (160)
  --rated-kw KW     their power together (3.5 kW each)
  --nominal-v V     phase voltage; without it, the median of the first minutes
  --json            for programs
  -h, --help        this text

A recording is replayed without random delay, with a fleet that obeys at once, and with every
re-read agreeing. Exit code 1: a journalled decision came out differently, or a file is unreadable.
`;

/** Where a command line writes to. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Carries out one command line and answers its exit code. */
export async function replayCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = argumentsOrProblem(args);
  if (typeof parsed === "string") {
    return complain(terminal, `${parsed}; --help shows all options`);
  }
  const { values, positionals } = parsed;
  const [command, ...files] = positionals;
  if (values.help === true || command === undefined) {
    terminal.out(help);
    return values.help === true ? 0 : 1;
  }
  if (files.length === 0) return complain(terminal, "which file?");
  if (command === "journal") return journals(files, terminal);
  if (command === "frequency" && files.length === 1)
    return frequency(files[0] ?? "", values, terminal);
  return complain(terminal, `"${positionals.join(" ")}" is not understood; --help shows what is`);
}

function argumentsOrProblem(args: readonly string[]): Arguments | string {
  try {
    return readArguments(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const readArguments = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      profile: { type: "string", default: "default" },
      "nominal-hz": { type: "string", default: "50" },
      units: { type: "string", default: "160" },
      "rated-kw": { type: "string" },
      "nominal-v": { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });

type Arguments = ReturnType<typeof readArguments>;
type Values = Arguments["values"];

async function frequency(path: string, values: Values, terminal: Terminal): Promise<number> {
  const unitCount = Number(values.units);
  if (!Number.isInteger(unitCount) || unitCount < 1)
    return complain(terminal, "--units takes a number");
  const nominalV = values["nominal-v"] === undefined ? undefined : Number(values["nominal-v"]);
  if (nominalV !== undefined && !(nominalV > 0))
    return complain(terminal, "--nominal-v takes a voltage");
  const config = LoadControllerConfig.safeParse({
    meters: ["recording"],
    nominalHz: Number(values["nominal-hz"]),
    profile: values.profile as ProfileName,
    ratedKw: Number(values["rated-kw"] ?? unitCount * 3.5),
  });
  if (!config.success)
    return complain(terminal, config.error.issues[0]?.message ?? "options do not fit");
  const csvText = await textOf(path);
  if (csvText === undefined) return complain(terminal, `${path} cannot be read`);
  const replayed = replayFrequency({ csvText, config: config.data, unitCount, nominalV });
  if (!replayed.ok) return complain(terminal, `${path}: ${replayed.why}`);
  const { rowCount, goodCount, changes } = replayed.value;
  if (values.json) {
    terminal.out(`${JSON.stringify({ profile: values.profile, unitCount, ...replayed.value })}\n`);
    return 0;
  }
  for (const { atUtc, offCount, reason } of changes) {
    terminal.out(`${atUtc}  ${String(offCount).padStart(5)} of ${unitCount} off  ${reason}\n`);
  }
  terminal.out(`${rowCount} rows, ${goodCount} good; ${changes.length} changes\n`);
  return 0;
}

async function journals(paths: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  for (const path of paths) {
    const text = await textOf(path);
    if (text === undefined) return complain(terminal, `${path} cannot be read`);
    const { decisionCount, unreadableCount, difference } = replayJournal(text);
    if (unreadableCount > 0) terminal.err(`${path}: ${unreadableCount} lines are not readable\n`);
    if (difference !== undefined) {
      terminal.out(`${path}: ${difference}\n`);
      exitCode = 1;
      continue;
    }
    if (decisionCount === 0) return complain(terminal, `${path} holds no decisions`);
    terminal.out(`${path}: ${decisionCount} decisions, all equal\n`);
  }
  return exitCode;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

function complain(terminal: Terminal, sentence: string): number {
  terminal.err(`${sentence}\n`);
  return 1;
}
