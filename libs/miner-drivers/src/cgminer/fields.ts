import { countFrom, secondsToMs, terahashesFrom } from "../decode/numbers.ts";
import type { HashrateWindow, MinerPool, MinerReading, PoolStatus } from "../define-miner.ts";
import type { Fields } from "./reply.ts";

const shortHashrates: readonly (readonly [string, "MH" | "GH", HashrateWindow])[] = [
  ["MHS 5s", "MH", "5s"],
  ["GHS 5s", "GH", "5s"],
  ["MHS 20s", "MH", "20s"], // BFGMiner.
  ["MHS 1m", "MH", "1m"],
  ["GHS 1m", "GH", "1m"],
];

export type SummaryFields = Pick<
  MinerReading,
  | "hashrateThs"
  | "hashrateWindow"
  | "hashrateMeanThs"
  | "uptimeMs"
  | "acceptedCount"
  | "rejectedCount"
  | "staleCount"
  | "hardwareErrorCount"
>;

export function summaryFields(summary: Fields): SummaryFields {
  return {
    ...shortHashrate(summary),
    hashrateMeanThs:
      terahashesFrom(summary["MHS av"], "MH") ?? terahashesFrom(summary["GHS av"], "GH"),
    uptimeMs: secondsToMs(summary["Elapsed"]),
    acceptedCount: countFrom(summary["Accepted"]),
    rejectedCount: countFrom(summary["Rejected"]),
    staleCount: countFrom(summary["Stale"]),
    hardwareErrorCount: countFrom(summary["Hardware Errors"]),
  };
}

function shortHashrate(summary: Fields): Pick<MinerReading, "hashrateThs" | "hashrateWindow"> {
  for (const [name, unit, hashrateWindow] of shortHashrates) {
    const hashrateThs = terahashesFrom(summary[name], unit);
    if (hashrateThs !== undefined) return { hashrateThs, hashrateWindow };
  }
  return {};
}

/** The sum of what the boards are tuned for; unknown as soon as one board does not say. */
export function nominalThs(devs: readonly Fields[]): number | undefined {
  if (devs.length === 0) return undefined;
  let sumThs = 0;
  for (const row of devs) {
    const boardThs = terahashesFrom(row["Nominal MHS"], "MH");
    if (boardThs === undefined) return undefined;
    sumThs += boardThs;
  }
  return sumThs > 0 ? sumThs : undefined;
}

const poolStatuses: ReadonlySet<string> = new Set<PoolStatus>([
  "alive",
  "dead",
  "disabled",
  "rejecting",
]);
const isPoolStatus = (word: string): word is PoolStatus => poolStatuses.has(word);

export function poolsFrom(rows: readonly Fields[]): readonly MinerPool[] {
  return rows.flatMap((row) => {
    const url = textFrom(row["URL"]);
    if (url === undefined) return [];
    const status = textFrom(row["Status"])?.toLowerCase() ?? "";
    return {
      url,
      user: textFrom(row["User"]),
      status: isPoolStatus(status) ? status : "unknown",
      isActive: booleanFrom(row["Stratum Active"]),
    };
  });
}

/** Text with something in it. */
export const textFrom = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export function booleanFrom(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}

const macPattern = /^[0-9A-F]{2}(?:([:-]?)[0-9A-F]{2})(?:\1[0-9A-F]{2}){4}$/;

/** Upper case with colons. All zeros, all ones and misprints, as miners do send, are no address. */
export function macFrom(value: unknown): string | undefined {
  const text = textFrom(value)?.toUpperCase();
  if (text === undefined || !macPattern.test(text)) return undefined;
  const digits = text.replaceAll(/[:-]/g, "");
  if (/^(?:0+|F+)$/.test(digits)) return undefined;
  return digits.replaceAll(/..(?!$)/g, "$&:");
}

/** Placeholders that firmwares send where they know no serial number. */
const noSerial = /^(?:0+|n\/?a|none|unknown|<.*>)$/i;

export function serialFrom(value: unknown): string | undefined {
  const text = textFrom(value)?.trim();
  return text === undefined || noSerial.test(text) ? undefined : textFrom(text);
}
