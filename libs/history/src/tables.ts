import type { HistoryRecord, RecordKind, RecordOf } from "./records.ts";

/** How a field lies in its column. Instants are milliseconds here and `timestamptz` there. */
export type ColumnType =
  | "text"
  | "instant"
  | "integer"
  | "double precision"
  | "jsonb"
  | "integer[]"
  | "double precision[]"
  | "boolean[]";

type FieldsOf<Kind extends RecordKind> = Exclude<keyof RecordOf<Kind>, "kind">;

interface Table<Kind extends RecordKind = RecordKind> {
  readonly name: string;
  /** Cut into months by `at`; the others stay small. */
  readonly isPartitioned: boolean;
  /** Of two records with one id the greater one stays; undefined: they are the same, and the first stays. */
  readonly newerBy: FieldsOf<Kind> | undefined;
  readonly columns: Readonly<Record<FieldsOf<Kind>, ColumnType>>;
}

const common = { id: "text", atMs: "instant" } as const;
const retold = { ...common, updatedAtMs: "instant" } as const;

/** Where each kind of record is kept. The compiler holds the columns against the records. */
export const tables: { readonly [Kind in RecordKind]: Table<Kind> } = {
  miner: {
    name: "miners",
    isPartitioned: false,
    newerBy: "updatedAtMs",
    columns: {
      ...retold,
      driver: "text",
      model: "text",
      feeder: "text",
      phase: "text",
      location: "text",
      ratedW: "double precision",
    },
  },
  cycle: {
    name: "cycles",
    isPartitioned: true,
    newerBy: undefined,
    columns: {
      ...common,
      minerId: "text",
      order: "text",
      cyclesCount: "integer",
      reason: "text",
      decisionId: "text",
    },
  },
  decision: {
    name: "decisions",
    isPartitioned: true,
    newerBy: undefined,
    columns: {
      ...common,
      reason: "text",
      phase: "text",
      binding: "text",
      targetKw: "double precision",
      targetBeforeKw: "double precision",
      frequencyHz: "double precision",
      slopeHzPerS: "double precision",
      caps: "jsonb",
      meters: "jsonb",
    },
  },
  gridEvent: {
    name: "grid_events",
    isPartitioned: false,
    newerBy: "updatedAtMs",
    columns: {
      ...retold,
      meterId: "text",
      trigger: "text",
      endedAtMs: "instant",
      nadirHz: "double precision",
      nadirAtMs: "instant",
      zenithHz: "double precision",
      slopeMaxHzPerS: "double precision",
      targetBeforeKw: "double precision",
      targetMinKw: "double precision",
      measuredBeforeKw: "double precision",
      measuredMinKw: "double precision",
      unresponsiveIds: "jsonb",
      unconfirmedIds: "jsonb",
    },
  },
  gridEventSamples: {
    name: "grid_event_samples",
    isPartitioned: true,
    newerBy: undefined,
    columns: {
      ...common,
      eventId: "text",
      series: "text",
      offsetsMs: "integer[]",
      values: "double precision[]",
      areGood: "boolean[]",
    },
  },
  frequencyMinute: {
    name: "frequency_minutes",
    isPartitioned: true,
    newerBy: "sampleCount",
    columns: {
      ...common,
      meterId: "text",
      minHz: "double precision",
      maxHz: "double precision",
      meanHz: "double precision",
      deviationHz: "double precision",
      sampleCount: "integer",
      goodRatio: "double precision",
    },
  },
  powerMinute: {
    name: "power_minutes",
    isPartitioned: true,
    newerBy: "sampleCount",
    columns: {
      ...common,
      siteKw: "double precision",
      minersKw: "double precision",
      allowedKw: "double precision",
      targetKw: "double precision",
      feedersKw: "jsonb",
      sampleCount: "integer",
    },
  },
  outage: {
    name: "outages",
    isPartitioned: false,
    newerBy: "updatedAtMs",
    columns: { ...retold, what: "text", subject: "text", detail: "text", endedAtMs: "instant" },
  },
  alert: {
    name: "alerts",
    isPartitioned: true,
    newerBy: "updatedAtMs",
    columns: {
      ...retold,
      service: "text",
      code: "text",
      subject: "text",
      severity: "text",
      detail: "text",
      endedAtMs: "instant",
    },
  },
  command: {
    name: "commands",
    isPartitioned: false,
    newerBy: "updatedAtMs",
    columns: { ...retold, who: "text", what: "text", why: "text", result: "text" },
  },
  energyDay: {
    name: "energy_days",
    isPartitioned: false,
    newerBy: "updatedAtMs",
    columns: {
      ...retold,
      energyKwh: "double precision",
      source: "text",
      coveredRatio: "double precision",
      cost: "double precision",
      currency: "text",
    },
  },
  minerDay: {
    name: "miner_days",
    isPartitioned: true,
    newerBy: "updatedAtMs",
    columns: {
      ...retold,
      day: "text",
      minerId: "text",
      hashingMs: "integer",
      startingMs: "integer",
      sleepingMs: "integer",
      faultyMs: "integer",
      unknownMs: "integer",
      wantedMs: "integer",
    },
  },
};

/** A table without the link to its record type, for statements that are the same for all. */
export interface AnyTable {
  readonly kind: RecordKind;
  readonly name: string;
  readonly isPartitioned: boolean;
  readonly newerBy: string | undefined;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

export const recordKinds = Object.keys(tables) as readonly RecordKind[];
export const tableOf = (kind: RecordKind): AnyTable => ({ kind, ...tables[kind] });
export const allTables: readonly AnyTable[] = recordKinds.map(tableOf);

/** `updatedAtMs` → `updated_at`, `slopeHzPerS` → `slope_hz_per_s`. */
export const columnName = (field: string, type: ColumnType): string =>
  (type === "instant" ? field.slice(0, -"Ms".length) : field).replaceAll(
    /[A-Z]/g,
    (letter) => `_${letter.toLowerCase()}`,
  );

export const columnNames = ({ columns }: AnyTable): string[] =>
  Object.entries(columns).map(([field, type]) => columnName(field, type));

/** Whether the second of two records with one id takes the place of the first. */
export function isNewer(before: HistoryRecord, after: HistoryRecord): boolean {
  const { newerBy } = tableOf(after.kind);
  if (newerBy === undefined) return false;
  return numberAt(after, newerBy) > numberAt(before, newerBy);
}

function numberAt(record: HistoryRecord, field: string): number {
  const value: unknown = Object.entries(record).find(([name]) => name === field)?.[1];
  return typeof value === "number" ? value : Number.NEGATIVE_INFINITY;
}

/** One record for each id, as one statement may touch a row only once. */
export function withoutRepeats(records: readonly HistoryRecord[]): readonly HistoryRecord[] {
  const byId = new Map<string, HistoryRecord>();
  for (const record of records) {
    const key = `${record.kind} ${record.id}`;
    const known = byId.get(key);
    if (known === undefined || isNewer(known, record)) byId.set(key, record);
  }
  return [...byId.values()];
}
