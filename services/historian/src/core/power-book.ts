import type {
  fleetStatus,
  gridReading,
  PayloadOf,
  powerSample,
  powerSupply,
} from "@ballast/contracts";
import type { EnergyDayRecord, HistoryRecord } from "@ballast/history/records";
import { EnergyDays, type EnergyMemory } from "./energy-days.ts";
import type { Instant } from "./event-recording.ts";
import { PowerMinutes } from "./power-minutes.ts";
import type { RecorderSettings } from "./settings.ts";

/** How long a value holds: as long as its topic lets a reader believe it. */
const readingHoldMs = 5_000;
const targetHoldMs = 1_000;
const sensorHoldMs = 60_000;
/** A fleet that was not heard for so long is no part of the sum any more. */
const fleetGoneMs = 60_000;
const fleetsMax = 64;
/** The day's energy is told so often while it grows. */
const tellEnergyMs = 15 * 60_000;
/** A better witness that spoke so lately is the only one asked. */
const witnessMs = 60_000;

/** Who is believed on the site's energy, best first. */
const witnesses = ["meter", "sensor", "miners"] as const;
type Witness = (typeof witnesses)[number];

/** All that is said about power: means of each minute, and the energy of each day. */
export class PowerBook {
  readonly #startedMonoMs: number;
  readonly #minutes = new PowerMinutes();
  readonly #energy: EnergyDays;
  readonly #fleets = new Map<string, { readonly kw: number; readonly monoMs: number }>();
  readonly #heardMonoMs = new Map<Witness, number>();
  #meterId: string | undefined;
  #toldMonoMs: number;

  constructor(settings: RecorderSettings, now: Instant, memory?: EnergyMemory) {
    this.#startedMonoMs = now.monoMs;
    this.#toldMonoMs = now.monoMs;
    this.#meterId = settings.meters[0];
    this.#energy = new EnergyDays(settings.timezone, settings.tariff, memory);
  }

  get energyMemory(): EnergyMemory {
    return this.#energy.memory;
  }

  reading(meterId: string, payload: PayloadOf<typeof gridReading>, now: Instant): void {
    const { atMs, powerKw, energyImportKwh } = payload;
    this.#meterId ??= meterId;
    if (meterId !== this.#meterId) return;
    if (powerKw !== undefined) {
      this.#minutes.add("site", { atMs, kw: powerKw, maxAgeMs: readingHoldMs });
    }
    this.#draw("meter", meterId, { atMs, powerKw, counterKwh: energyImportKwh }, now);
  }

  sample(sensorId: string, payload: PayloadOf<typeof powerSample>, now: Instant): void {
    const { atMs, role, feeder, quality, powerKw, energyImportKwh } = payload;
    if (quality !== "good") return;
    if (role === "miners" && powerKw !== undefined) {
      const name = feeder ?? sensorId;
      this.#minutes.add(`feeder/${name}`, { atMs, kw: powerKw, maxAgeMs: sensorHoldMs });
    }
    if (role !== "site") return;
    if (powerKw !== undefined && !this.#isBetterHeard("sensor", now)) {
      this.#minutes.add("site", { atMs, kw: powerKw, maxAgeMs: sensorHoldMs });
    }
    this.#draw("sensor", sensorId, { atMs, powerKw, counterKwh: energyImportKwh }, now);
  }

  supply({ atMs, allowKw }: PayloadOf<typeof powerSupply>): void {
    this.#minutes.add("allowed", { atMs, kw: allowKw, maxAgeMs: readingHoldMs });
  }

  target(atMs: number, targetKw: number): void {
    this.#minutes.add("target", { atMs, kw: targetKw, maxAgeMs: targetHoldMs });
  }

  /** The power of all fleets together; undefined while one of them is silent. */
  fleet(
    fleetId: string,
    { atMs, measuredKw }: PayloadOf<typeof fleetStatus>,
    now: Instant,
  ): number | undefined {
    if (this.#fleets.size >= fleetsMax && !this.#fleets.has(fleetId)) return undefined;
    this.#fleets.set(fleetId, { kw: measuredKw, monoMs: now.monoMs });
    let sumKw = 0;
    for (const [id, { kw, monoMs }] of this.#fleets) {
      const ageMs = now.monoMs - monoMs;
      if (ageMs > fleetGoneMs) this.#fleets.delete(id);
      else if (ageMs > readingHoldMs) return undefined;
      else sumKw += kw;
    }
    this.#minutes.add("miners", { atMs, kw: sumKw, maxAgeMs: readingHoldMs });
    this.#draw("miners", "miners", { atMs, powerKw: sumKw, counterKwh: undefined }, now);
    return sumKw;
  }

  take(now: Instant): readonly HistoryRecord[] {
    const minutes = this.#minutes.take(now.atMs);
    return now.monoMs - this.#toldMonoMs < tellEnergyMs
      ? minutes
      : [...minutes, ...this.tellEnergy(now)];
  }

  tellEnergy(now: Instant): readonly EnergyDayRecord[] {
    this.#toldMonoMs = now.monoMs;
    return this.#energy.tell(now.atMs);
  }

  #draw(
    witness: Witness,
    source: string,
    reading: {
      readonly atMs: number;
      readonly powerKw: number | undefined;
      readonly counterKwh: number | undefined;
    },
    now: Instant,
  ): void {
    if (reading.powerKw === undefined && reading.counterKwh === undefined) return;
    this.#heardMonoMs.set(witness, now.monoMs);
    if (this.#isBetterHeard(witness, now)) return;
    this.#energy.add({ source: `${witness}/${source}`, ...reading });
  }

  /** After a start each gets the time to speak, before a lesser one is asked. */
  #isBetterHeard(witness: Witness, { monoMs }: Instant): boolean {
    const better = witnesses.slice(0, witnesses.indexOf(witness));
    return better.some(
      (each) => monoMs - (this.#heardMonoMs.get(each) ?? this.#startedMonoMs) < witnessMs,
    );
  }
}
