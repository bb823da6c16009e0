import type { EnergyDayRecord } from "@ballast/history/records";
import { Calendar, quarterMs } from "./calendar.ts";
import { priceAt, type Tariff } from "./tariff.ts";

/** Between two readings of power that lie further apart, nobody knows what was drawn. */
export const powerGapMaxMs = 5_000;
/** A counter bridges a longer absence; what it counted is spread evenly over it. */
export const counterGapMaxMs = 7 * 24 * 3_600_000;
/** A counter that stopped to be told: from then on power is integrated. */
const counterSilentMs = 15 * 60_000;
/** No site draws more than this; a counter that says so was replaced by another. */
const plausibleKw = 100_000;
/** As far back as a counter's gap reaches: a day that is let go earlier would begin again at zero. */
const openDaysMax = 10;

export interface EnergyReading {
  /** Who says so: two meters' counters have nothing to do with each other. */
  readonly source: string;
  readonly atMs: number;
  /** Positive from the grid into the site. */
  readonly powerKw: number | undefined;
  readonly counterKwh: number | undefined;
}

interface Day {
  readonly startAtMs: number;
  energyKwh: number;
  integratedKwh: number;
  cost: number | undefined;
  coveredMs: number;
}

/** What a crash must not take. Plain data. */
export interface EnergyMemory {
  readonly days: readonly (readonly [day: string, totals: Readonly<Day>])[];
  readonly source: string | undefined;
  readonly counter: { readonly atMs: number; readonly kwh: number } | undefined;
}

/** Energy drawn, day by day. It only ever grows: what flows back is not subtracted. */
export class EnergyDays {
  readonly #calendar: Calendar;
  readonly #tariff: Tariff | undefined;
  readonly #days = new Map<string, Day>();
  /** Since they were told. */
  readonly #grown = new Set<string>();
  #source: string | undefined;
  #counter: { readonly atMs: number; readonly kwh: number } | undefined;
  #power: { atMs: number; kw: number } | undefined;

  constructor(timezone: string, tariff: Tariff | undefined, memory?: EnergyMemory) {
    this.#calendar = new Calendar(timezone);
    this.#tariff = tariff;
    for (const [day, totals] of memory?.days ?? []) this.#days.set(day, { ...totals });
    for (const day of this.#days.keys()) this.#grown.add(day); // Perhaps not told before the crash.
    this.#source = memory?.source;
    this.#counter = memory?.counter;
  }

  get memory(): EnergyMemory {
    const days = [...this.#days].map(([day, totals]) => [day, { ...totals }] as const);
    return { days, source: this.#source, counter: this.#counter };
  }

  add({ source, atMs, powerKw, counterKwh }: EnergyReading): void {
    if (source !== this.#source) {
      this.#source = source;
      this.#counter = undefined;
      this.#power = undefined;
    }
    if (counterKwh !== undefined) {
      this.#count(atMs, counterKwh);
      this.#power = undefined;
      return;
    }
    const isCounted = this.#counter !== undefined && atMs - this.#counter.atMs < counterSilentMs;
    if (isCounted || powerKw === undefined) return;
    this.#counter = undefined; // Its next word would count again what is integrated from now on.
    this.#integrate(atMs, Math.max(0, powerKw));
  }

  /** The days that have grown since they were told. */
  tell(nowAtMs: number): readonly EnergyDayRecord[] {
    const grown = [...this.#days].filter(([day]) => this.#grown.has(day));
    this.#grown.clear();
    return grown.map(([day, totals]) => this.#record(day, totals, nowAtMs));
  }

  #record(day: string, totals: Day, nowAtMs: number): EnergyDayRecord {
    const { startAtMs, energyKwh, integratedKwh, cost, coveredMs } = totals;
    const lengthMs = Math.max(1, this.#endOf(day, startAtMs, nowAtMs) - startAtMs);
    return {
      kind: "energyDay",
      id: day,
      atMs: startAtMs,
      updatedAtMs: nowAtMs,
      energyKwh,
      source: integratedKwh > energyKwh / 2 ? "integrated" : "counter",
      coveredRatio: Math.min(1, coveredMs / lengthMs),
      ...(this.#tariff !== undefined && cost !== undefined
        ? { cost, currency: this.#tariff.currency }
        : {}),
    };
  }

  /** Where the day ended, or now if it has not: 23, 24 or 25 hours after its start. */
  #endOf(day: string, startAtMs: number, nowAtMs: number): number {
    let endAtMs = startAtMs + 22 * 3_600_000;
    while (endAtMs < nowAtMs && this.#calendar.timeAt(endAtMs).day === day) endAtMs += quarterMs;
    return Math.min(endAtMs, nowAtMs);
  }

  #count(atMs: number, kwh: number): void {
    const before = this.#counter;
    this.#counter = { atMs, kwh };
    if (before === undefined) return;
    const elapsedMs = atMs - before.atMs;
    const drawnKwh = kwh - before.kwh;
    // One that fell was reset or replaced; one that leapt was replaced.
    const isPlausible = drawnKwh >= 0 && drawnKwh <= (plausibleKw * elapsedMs) / 3_600_000;
    if (elapsedMs <= 0 || elapsedMs > counterGapMaxMs || !isPlausible) return;
    this.#spread(before.atMs, atMs, drawnKwh, false);
  }

  #integrate(atMs: number, kw: number): void {
    const before = this.#power;
    this.#power = { atMs, kw };
    if (before === undefined) return;
    const elapsedMs = atMs - before.atMs;
    if (elapsedMs <= 0 || elapsedMs > powerGapMaxMs) return;
    this.#spread(before.atMs, atMs, ((before.kw + kw) / 2) * (elapsedMs / 3_600_000), true);
  }

  /** Over days and tariff hours, evenly. */
  #spread(fromAtMs: number, untilAtMs: number, energyKwh: number, isIntegrated: boolean): void {
    for (let startAtMs = fromAtMs; startAtMs < untilAtMs; ) {
      const quarterEndAtMs = (Math.floor(startAtMs / quarterMs) + 1) * quarterMs;
      const endAtMs = Math.min(untilAtMs, quarterEndAtMs);
      const lengthMs = endAtMs - startAtMs;
      const partKwh = energyKwh * (lengthMs / (untilAtMs - fromAtMs));
      const time = this.#calendar.timeAt(startAtMs);
      const day = this.#dayOf(time.day, startAtMs);
      day.energyKwh += partKwh;
      day.coveredMs += lengthMs;
      this.#grown.add(time.day);
      if (isIntegrated) day.integratedKwh += partKwh;
      const price = this.#tariff && priceAt(this.#tariff, time);
      day.cost =
        price === undefined || day.cost === undefined ? undefined : day.cost + partKwh * price;
      startAtMs = endAtMs;
    }
  }

  #dayOf(day: string, atMs: number): Day {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    let startAtMs = Math.floor(atMs / quarterMs) * quarterMs;
    while (this.#calendar.timeAt(startAtMs - quarterMs).day === day) startAtMs -= quarterMs;
    const created: Day = { startAtMs, energyKwh: 0, integratedKwh: 0, cost: 0, coveredMs: 0 };
    this.#days.set(day, created);
    const oldest = [...this.#days.keys()].sort()[0];
    if (this.#days.size > openDaysMax && oldest !== undefined) this.#days.delete(oldest);
    return created;
  }
}
