import type { MeterPicture } from "../core/picture.ts";

/** Longer recordings than a month of seconds are not read. */
const rowsMax = 3_000_000;
/** Where nobody gives the nominal voltage, it is the median of this many first voltages. */
const nominalSampleMax = 450;
const voltageMinRatio = 0.8;

export interface RecordedRow {
  readonly atMs: number;
  /** Undefined where the recorder wrote no number. */
  readonly frequencyMilliHz: number | undefined;
  /** Undefined where the recording has no voltages, or none in this row. */
  readonly voltageMaxV: number | undefined;
}

export interface Recording {
  readonly rows: readonly RecordedRow[];
  readonly hasVoltages: boolean;
}

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly why: string };

/** Reads a table with the columns `utc,hz` and, where the recorder had them, `vl1,vl2,vl3`. */
export function parseRecording(csvText: string): Parsed<Recording> {
  const lines = csvText.split(/\r?\n/);
  const columns = (lines[0] ?? "").split(",").map((name) => name.trim());
  const utcIndex = columns.indexOf("utc");
  const hzIndex = columns.indexOf("hz");
  if (utcIndex < 0 || hzIndex < 0) {
    return { ok: false, why: "the first line must name the columns utc and hz" };
  }
  if (lines.length > rowsMax) return { ok: false, why: `more than ${rowsMax} lines` };
  const voltageIndexes = columns.flatMap((name, index) => (/^vl[123]$/.test(name) ? [index] : []));
  const rows: RecordedRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "") continue;
    const cells = line.split(",");
    const atMs = Date.parse(cells[utcIndex] ?? "");
    const isLater = atMs > (rows.at(-1)?.atMs ?? -Infinity);
    if (!isLater) return { ok: false, why: `line ${index + 1}: utc must be a later time of day` };
    const frequencyHz = numberIn(cells[hzIndex]);
    const voltages = voltageIndexes.flatMap((column) => numberIn(cells[column]) ?? []);
    rows.push({
      atMs,
      frequencyMilliHz: frequencyHz === undefined ? undefined : Math.round(frequencyHz * 1_000),
      voltageMaxV: voltages.length === 0 ? undefined : Math.max(...voltages),
    });
  }
  return { ok: true, value: { rows, hasVoltages: voltageIndexes.length > 0 } };
}

function numberIn(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === "") return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

export function nominalVoltageOf({ rows }: Recording): number | undefined {
  const voltages = rows.flatMap(({ voltageMaxV }) => voltageMaxV ?? []).slice(0, nominalSampleMax);
  return voltages.sort((left, right) => left - right)[Math.floor(voltages.length / 2)];
}

/** What the meter's service would have said of this row. A re-read is taken to agree. */
export function meterPictureOf(
  { frequencyMilliHz, voltageMaxV }: RecordedRow,
  measuredMonoMs: number,
  nominalV: number | undefined,
): MeterPicture {
  const voltageMaxRatio =
    nominalV === undefined || voltageMaxV === undefined ? undefined : voltageMaxV / nominalV;
  const isDeadBus = voltageMaxRatio !== undefined && voltageMaxRatio < voltageMinRatio;
  const isVoltageGood = nominalV === undefined || (voltageMaxRatio !== undefined && !isDeadBus);
  const isGood = frequencyMilliHz !== undefined && isVoltageGood;
  const quality = isGood ? "good" : "bad";
  return {
    samples: [{ frequencyMilliHz: frequencyMilliHz ?? 0, quality, isDeadBus, measuredMonoMs }],
    state: undefined,
    voltage: voltageMaxRatio === undefined ? undefined : { voltageMaxRatio, measuredMonoMs },
  };
}
