import { bodyOfLine, frameLine } from "@ballast/kernel";
import type { Range } from "./sequence-ranges.ts";

/** Holes among what is confirmed. The rest is forgotten, which only means to say it twice. */
export const rangesMax = 1_000;

/** What need not be said again, for each lane. */
export type Cursor = Readonly<Record<string, readonly Range[]>>;

export const encodeCursor = (cursor: Cursor): string =>
  frameLine(
    JSON.stringify(
      Object.entries(cursor).map(([lane, ranges]) => [
        lane,
        ...ranges.slice(0, rangesMax).flatMap(({ first, last }) => [first, last]),
      ]),
    ),
  );

/** A cursor that is lost or spoiled costs duplicates, and nothing else. */
export function decodeCursor(text: string): Cursor {
  const body = bodyOfLine(text.trimEnd());
  if (body === undefined) return {};
  const rows: unknown = JSON.parse(body); // The checksum proves that we wrote it.
  if (!Array.isArray(rows)) return {};
  return Object.fromEntries(
    rows.flatMap((row: unknown) => {
      if (!Array.isArray(row)) return [];
      const [lane, ...numbers]: unknown[] = row;
      return [[String(lane), rangesOf(numbers.map(Number))]];
    }),
  );
}

function rangesOf(numbers: readonly number[]): readonly Range[] {
  return numbers.flatMap((first, index) => {
    const last = numbers[index + 1];
    return index % 2 === 0 && last !== undefined ? [{ first, last }] : [];
  });
}
