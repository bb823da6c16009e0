import { type Fault, fail, ok, type Result } from "@ballast/kernel";
import type { RecordedRow } from "./scenario.ts";

/** A recorded month at one row a second; more is a mistake. */
export const recordedRowsMax = 2_700_000;

export interface Recording {
  /** When the first row was measured. */
  readonly startAtMs: number;
  readonly rows: readonly RecordedRow[];
}

const headers = ["utc,hz", "utc,hz,vl1,vl2,vl3"];
const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;
const numberForm = /^\d+(\.\d+)?$/;

/**
 * Reads `utc,hz` or `utc,hz,vl1,vl2,vl3`: ISO 8601 with Z, Hz, V. A value the recorder wrote as `NaN`
 * is unknown. Anything else that is not a number spoils the whole text, with the line it is in.
 */
export function recordedFromCsv(text: string): Result<Recording> {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const [header, ...body] = lines;
  if (header === undefined || !headers.includes(header)) {
    return bad(1, `the header must be one of: ${headers.join(" | ")}`);
  }
  if (body.length === 0) return bad(1, "there are no rows");
  if (body.length > recordedRowsMax) return bad(recordedRowsMax + 2, "there are too many rows");
  const columnCount = header.split(",").length;
  const rows: RecordedRow[] = [];
  let startAtMs: number | undefined;
  let previousMs = -1;
  for (const [index, line] of body.entries()) {
    const lineNumber = index + 2;
    const row = parseRow(line, columnCount);
    if (!row.ok) return bad(lineNumber, row.fault);
    const { atMs, values } = row.value;
    startAtMs ??= atMs;
    const offsetMs = atMs - startAtMs;
    if (offsetMs <= previousMs)
      return bad(lineNumber, "the time must be later than the row before");
    previousMs = offsetMs;
    rows.push(toRow(offsetMs, values));
  }
  return startAtMs === undefined ? bad(1, "there are no rows") : ok({ startAtMs, rows });
}

const bad = (lineNumber: number, why: string): Result<never, Fault> =>
  fail("config.invalid", `line ${lineNumber}: ${why}`);

interface ParsedRow {
  readonly atMs: number;
  readonly values: readonly (number | undefined)[];
}

function parseRow(line: string, columnCount: number): Result<ParsedRow, string> {
  const [instant = "", ...cells] = line.split(",");
  const problem = (why: string): Result<never, string> => ({ ok: false, fault: why });
  if (cells.length + 1 !== columnCount) return problem(`there must be ${columnCount} columns`);
  const atMs = instantForm.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(atMs)) return problem(`"${instant}" is not an instant in UTC`);
  const values: (number | undefined)[] = [];
  for (const cell of cells) {
    if (cell !== "NaN" && !numberForm.test(cell)) return problem(`"${cell}" is not a number`);
    values.push(cell === "NaN" ? undefined : Number(cell));
  }
  return ok({ atMs, values });
}

function toRow(offsetMs: number, [frequencyHz, l1, l2, l3]: ParsedRow["values"]): RecordedRow {
  const hasVoltages = l1 !== undefined && l2 !== undefined && l3 !== undefined;
  return {
    offsetMs,
    ...(frequencyHz === undefined ? {} : { frequencyHz }),
    ...(hasVoltages ? { voltagesV: [l1, l2, l3] as const } : {}),
  };
}
