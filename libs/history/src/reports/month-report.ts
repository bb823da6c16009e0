import type {
  CycleRecord,
  EnergyDayRecord,
  FrequencyMinuteRecord,
  GridEventRecord,
  MinerDayRecord,
  OutageRecord,
} from "../records.ts";

export interface MonthReportInput {
  readonly siteName: string;
  /** 2026-01 */
  readonly month: string;
  readonly fromAtMs: number;
  /** Not included; the present for a month that is not over. */
  readonly untilAtMs: number;
  readonly events: readonly GridEventRecord[];
  readonly outages: readonly OutageRecord[];
  readonly energyDays: readonly EnergyDayRecord[];
  readonly minerDays: readonly MinerDayRecord[];
  readonly cycles: readonly CycleRecord[];
  readonly frequencyMinutes: readonly FrequencyMinuteRecord[];
}

export interface MinerMonth {
  readonly minerId: string;
  /** Hashing, of the time in which anything is known of it. */
  readonly uptimeRatio: number | undefined;
  /** Hashing, of the time in which it was wanted to run. */
  readonly availabilityRatio: number | undefined;
  readonly cyclesCount: number;
}

export interface MonthReport {
  readonly siteName: string;
  readonly month: string;
  readonly fromAtMs: number;
  readonly untilAtMs: number;
  readonly energyKwh: number | undefined;
  readonly cost: number | undefined;
  readonly currency: string | undefined;
  /** Of the days that have a figure, how much of them was measured. */
  readonly energyCoveredRatio: number | undefined;
  readonly miners: readonly MinerMonth[];
  readonly uptimeRatio: number | undefined;
  readonly availabilityRatio: number | undefined;
  readonly cyclesMinCount: number | undefined;
  readonly cyclesMaxCount: number | undefined;
  readonly cyclesMeanCount: number | undefined;
  readonly frequencyMinHz: number | undefined;
  readonly frequencyMaxHz: number | undefined;
  /** Of the month's minutes, how many have a frequency. */
  readonly frequencyCoveredRatio: number;
  readonly eventsCount: number;
  readonly worstEvents: readonly GridEventRecord[];
  readonly outages: readonly OutageTotal[];
}

export interface OutageTotal {
  readonly what: OutageRecord["what"];
  readonly subject: string;
  readonly timesCount: number;
  readonly lastedMs: number;
  readonly isOpen: boolean;
}

const worstMax = 10;
const minuteMs = 60_000;

/** One month on one page. What nobody measured stays unknown, and gaps are told. */
export function monthReport(input: MonthReportInput): MonthReport {
  const { siteName, month, fromAtMs, untilAtMs, energyDays, events } = input;
  const miners = minersOf(input);
  const cycles = miners.map(({ cyclesCount }) => cyclesCount);
  const minutes = input.frequencyMinutes;
  const costs = energyDays.flatMap(({ cost }) => cost ?? []);
  const totals = totalsOf(input.minerDays);
  const minuteStarts = new Set(
    minutes.filter(({ minHz }) => minHz !== undefined).map(({ atMs }) => atMs),
  );
  return {
    siteName,
    month,
    fromAtMs,
    untilAtMs,
    energyKwh: sumOf(energyDays.map(({ energyKwh }) => energyKwh)),
    // A sum over some of the days would pass for the month's bill.
    cost: costs.length === energyDays.length ? sumOf(costs) : undefined,
    currency: energyDays.find(({ currency }) => currency !== undefined)?.currency,
    energyCoveredRatio: meanOf(energyDays.map(({ coveredRatio }) => coveredRatio)),
    miners,
    ...ratiosOf(totals),
    cyclesMinCount: lowest(cycles),
    cyclesMaxCount: highest(cycles),
    cyclesMeanCount: meanOf(cycles),
    frequencyMinHz: lowest(minutes.flatMap(({ minHz }) => minHz ?? [])),
    frequencyMaxHz: highest(minutes.flatMap(({ maxHz }) => maxHz ?? [])),
    frequencyCoveredRatio: Math.min(
      1,
      (minuteStarts.size * minuteMs) / Math.max(minuteMs, untilAtMs - fromAtMs),
    ),
    eventsCount: events.length,
    worstEvents: [...events]
      .sort((one, other) => (one.nadirHz ?? Infinity) - (other.nadirHz ?? Infinity))
      .slice(0, worstMax),
    outages: outagesOf(input),
  };
}

interface Totals {
  hashingMs: number;
  knownMs: number;
  wantedMs: number;
}

function totalsOf(days: readonly MinerDayRecord[]): Totals {
  const totals = { hashingMs: 0, knownMs: 0, wantedMs: 0 };
  for (const { hashingMs, startingMs, sleepingMs, faultyMs, wantedMs } of days) {
    totals.hashingMs += hashingMs;
    totals.knownMs += hashingMs + startingMs + sleepingMs + faultyMs;
    totals.wantedMs += wantedMs;
  }
  return totals;
}

const ratiosOf = ({ hashingMs, knownMs, wantedMs }: Totals) => ({
  uptimeRatio: knownMs > 0 ? hashingMs / knownMs : undefined,
  // A miner on its way to sleep may still hash for a moment.
  availabilityRatio: wantedMs > 0 ? Math.min(1, hashingMs / wantedMs) : undefined,
});

function minersOf({ minerDays, cycles }: MonthReportInput): readonly MinerMonth[] {
  const daysOf = new Map<string, MinerDayRecord[]>();
  for (const day of minerDays) {
    const days = daysOf.get(day.minerId);
    if (days === undefined) daysOf.set(day.minerId, [day]);
    else days.push(day);
  }
  const cyclesOf = new Map<string, number>();
  for (const { minerId, order } of cycles) {
    if (order === "off") cyclesOf.set(minerId, (cyclesOf.get(minerId) ?? 0) + 1);
  }
  return [...new Set([...daysOf.keys(), ...cyclesOf.keys()])].sort().map((minerId) => ({
    minerId,
    ...ratiosOf(totalsOf(daysOf.get(minerId) ?? [])),
    cyclesCount: cyclesOf.get(minerId) ?? 0,
  }));
}

function outagesOf({ outages, fromAtMs, untilAtMs }: MonthReportInput): readonly OutageTotal[] {
  const totals = new Map<string, OutageTotal>();
  for (const { what, subject, atMs, endedAtMs } of outages) {
    const key = `${what}/${subject}`;
    const known = totals.get(key);
    const startAtMs = Math.max(fromAtMs, atMs);
    const endAtMs = Math.min(untilAtMs, endedAtMs ?? untilAtMs);
    totals.set(key, {
      what,
      subject,
      timesCount: (known?.timesCount ?? 0) + 1,
      lastedMs: (known?.lastedMs ?? 0) + Math.max(0, endAtMs - startAtMs),
      isOpen: known?.isOpen === true || endedAtMs === undefined,
    });
  }
  return [...totals.values()].sort((one, other) => other.lastedMs - one.lastedMs);
}

const sumOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);

const meanOf = (values: readonly number[]): number | undefined => {
  const sum = sumOf(values);
  return sum === undefined ? undefined : sum / values.length;
};

const lowest = (values: readonly number[]): number | undefined =>
  values.reduce<number | undefined>((low, value) => Math.min(low ?? value, value), undefined);

const highest = (values: readonly number[]): number | undefined =>
  values.reduce<number | undefined>((high, value) => Math.max(high ?? value, value), undefined);
