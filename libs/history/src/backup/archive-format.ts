import * as z from "zod";

/**
 * A backup is one compressed text: a head, then for each table a line that names it, its rows as
 * PostgreSQL's COPY writes them and a line `\.`, and last a tail with what must have been read.
 */
export const formatVersion = 1;
export const endOfRows = "\\.\n";

export const Head = z.object({
  format: z.literal("ballast-history"),
  version: z.number().int(),
  madeAtMs: z.number(),
  /** The last step of the tables it was made from. */
  step: z.number().int(),
});
export type Head = z.infer<typeof Head>;

export const TableHead = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  /** First instants of the months that have rows, for tables of months. */
  monthsAtMs: z.array(z.number()),
});
export type TableHead = z.infer<typeof TableHead>;

export const TableTail = z.object({ rowsCount: z.number().int(), sha256: z.string() });
export type TableTail = z.infer<typeof TableTail>;

export const Tail = z.object({ tables: z.record(z.string(), TableTail) });
export type Tail = z.infer<typeof Tail>;

export const lineOf = (part: Head | TableHead | Tail): string => `${JSON.stringify(part)}\n`;
