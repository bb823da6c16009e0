import { MinerEntry } from "./miner-entry.ts";

const columns: readonly string[] = Object.keys(MinerEntry.shape);
const numberColumns: ReadonlySet<string> = new Set(["port", "ratedW"]);
/** More miners than one controller is made for; a larger file is a mistake. */
const linesMax = 50_000;

export interface FleetCsv {
  readonly miners: readonly MinerEntry[];
  /** One sentence for each line that cannot be used, with its number. */
  readonly problems: readonly string[];
}

/** A list of miners as a spreadsheet saves it: a line of names, then one line per miner. */
export function parseFleetCsv(text: string): FleetCsv {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines.length > linesMax) {
    return { miners: [], problems: [`The file has more than ${linesMax} lines.`] };
  }
  const header = (lines[0] ?? "").split(",").map((name) => name.trim());
  const headerProblems = problemsOfHeader(header);
  if (headerProblems.length > 0) return { miners: [], problems: headerProblems };

  const miners: MinerEntry[] = [];
  const problems: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "" || line.startsWith("#")) continue;
    const parsed = parseLine(line, header);
    if (typeof parsed === "string") problems.push(`Line ${index + 1}: ${parsed}`);
    else miners.push(parsed);
  }
  return { miners, problems };
}

function problemsOfHeader(header: readonly string[]): readonly string[] {
  const unknown = header.filter((name) => !columns.includes(name));
  const missing = ["id", "host", "driver"].filter((name) => !header.includes(name));
  const repeated = header.filter((name, index) => header.indexOf(name) !== index);
  return [
    ...unknown.map((name) => `Line 1: "${name}" is not a column; there are ${columns.join(", ")}.`),
    ...missing.map((name) => `Line 1: the column ${name} is missing.`),
    ...repeated.map((name) => `Line 1: the column ${name} is there twice.`),
  ];
}

function parseLine(line: string, header: readonly string[]): MinerEntry | string {
  if (line.includes('"')) return "quotation marks are not understood; leave them out.";
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length !== header.length) {
    return `${cells.length} values for ${header.length} columns.`;
  }
  const filled = header.flatMap((name, index) => {
    const cell = cells[index] ?? "";
    return cell === "" ? [] : [[name, numberColumns.has(name) ? Number(cell) : cell] as const];
  });
  const parsed = MinerEntry.safeParse(Object.fromEntries(filled));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `${issue?.path.join(".") ?? "it"}: ${issue?.message ?? "not understood"}.`;
}
