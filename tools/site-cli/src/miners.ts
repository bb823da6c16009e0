import { minerReading } from "@ballast/contracts";
import type { LatestReading } from "@ballast/status-cache";

/** What is known of a miner; all but its name may be missing. `atMs` is that of its reading. */
export type MinerRow = Pick<LatestReading, "minerId"> & {
  readonly [Name in keyof LatestReading]?: LatestReading[Name] | undefined;
};

/** One row for each miner that is known of or was read, in the order of their names. */
export function minerRows(
  minerIds: Iterable<string>,
  readings: Iterable<MinerRow>,
): readonly MinerRow[] {
  const rows = new Map<string, MinerRow>([...minerIds].map((minerId) => [minerId, { minerId }]));
  for (const reading of readings) rows.set(reading.minerId, reading);
  return [...rows.values()].sort((one, other) => (one.minerId < other.minerId ? -1 : 1));
}

/** Without a reading, or with one that readers must take as unknown. */
export const isStale = ({ atMs }: MinerRow, nowAtMs: number): boolean =>
  atMs === undefined || nowAtMs - atMs > (minerReading.maxAgeMs ?? Number.POSITIVE_INFINITY);

const columns: readonly {
  readonly name: string;
  readonly isNumber: boolean;
  readonly text: (row: MinerRow, nowAtMs: number) => string | undefined;
}[] = [
  { name: "miner", isNumber: false, text: ({ minerId }) => minerId },
  {
    name: "age s",
    isNumber: true,
    text: ({ atMs }, nowAtMs) =>
      atMs === undefined ? undefined : ((nowAtMs - atMs) / 1_000).toFixed(1),
  },
  { name: "wanted", isNumber: false, text: ({ wanted }) => wanted },
  { name: "mode", isNumber: false, text: ({ mode }) => mode },
  { name: "health", isNumber: false, text: ({ health }) => health },
  { name: "W", isNumber: true, text: ({ powerW }) => powerW?.toFixed(0) },
  { name: "TH/s", isNumber: true, text: ({ hashrateThs }) => hashrateThs?.toFixed(1) },
  { name: "chip °C", isNumber: true, text: ({ chipMaxC }) => chipMaxC?.toFixed(0) },
  { name: "cycles", isNumber: true, text: ({ cyclesCount }) => cyclesCount?.toFixed(0) },
  { name: "faults", isNumber: false, text: ({ faults }) => faults?.map(({ code }) => code).join() },
];

/** For people: one line a miner; a dash is something that nobody knows. */
export function minersTable(rows: readonly MinerRow[], nowAtMs: number): string {
  const lines = [
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ text }) => text(row, nowAtMs) ?? "-")),
  ];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((line) => line[index]?.length ?? 0)),
  );
  const padded = (line: readonly string[]): string =>
    line
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.isNumber === true ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return lines.map(padded).join("\n");
}

/** For programs: one object a line. */
export const minersJson = (rows: readonly MinerRow[], nowAtMs: number): string =>
  rows
    .map((row) =>
      JSON.stringify({
        ...row,
        ageMs: row.atMs === undefined ? undefined : nowAtMs - row.atMs,
        isStale: isStale(row, nowAtMs),
      }),
    )
    .join("\n");
