import type { Crossing } from "./curve.ts";

/** Where nothing is known, the page says so; it never shows a zero. */
export const unknownText = "unknown";

/** As wide as a digit, so that columns stay straight. */
const minus = "−";

export const numberText = (value: number | undefined, digits: number, unit = ""): string =>
  value === undefined
    ? unknownText
    : `${value.toFixed(digits).replace("-", minus)}${unit === "" ? "" : ` ${unit}`}`;

/** In seconds; as a range where the samples leave one that shows. */
export function crossingText(crossing: Crossing | undefined): string {
  if (crossing === undefined) return "not seen";
  const { earliestMs, latestMs } = crossing;
  const digits = latestMs >= 100_000 ? 0 : latestMs >= 20_000 ? 1 : 2;
  const [from, until] = [earliestMs, latestMs].map((ms) =>
    (ms / 1_000).toFixed(digits).replace("-", minus),
  );
  return from === until ? `${until} s` : `${from} to ${until} s`;
}

/** 2019-08-09 15:52:33.490 UTC */
export const instantText = (atMs: number | undefined): string =>
  atMs === undefined
    ? unknownText
    : `${new Date(atMs).toISOString().replace("T", " ").replace("Z", "")} UTC`;

export function durationText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const rest = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")} min ${String(seconds % 60).padStart(2, "0")} s`;
  return hours > 0 ? `${hours} h ${rest}` : rest;
}

export const escapeHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** A table as spreadsheets read it. A cell that looks like a formula is made a text. */
export const csvText = (rows: readonly (readonly (string | number | undefined)[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");

function csvCell(cell: string | number | undefined): string {
  if (typeof cell !== "string") return cell === undefined ? "" : String(cell);
  const safe = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
