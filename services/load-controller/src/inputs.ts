import { ageMs, isFresh, type Message, type Stamped } from "@ballast/bus";
import {
  fleetStatus,
  type gridFrequency,
  gridReading,
  gridStatus,
  type loadCap,
  type powerSupply,
  wattsBelow,
} from "@ballast/contracts";
import type { Clock } from "@ballast/kernel";
import type {
  CapPicture,
  FleetPicture,
  FrequencySample,
  MeterPicture,
  Picture,
  SupplyPicture,
} from "./core/picture.ts";

/** Of more sources than this, the least binding ones are forgotten. */
const capSourcesMax = 48;

/** The latest word of everybody, and the picture that it makes at a given moment. */
export class Inputs {
  readonly #clock: Clock;
  readonly #meterIds: readonly string[];
  readonly #fleetIds: readonly string[];
  readonly #statuses = new Map<string, Message<typeof gridStatus>>();
  readonly #readings = new Map<string, Message<typeof gridReading>>();
  readonly #fleets = new Map<string, Message<typeof fleetStatus>>();
  readonly #caps = new Map<string, CapPicture>();
  #supply: SupplyPicture | undefined;
  #targetBeforeStartW: number | undefined;

  constructor(clock: Clock, meterIds: readonly string[], fleetIds: readonly string[]) {
    this.#clock = clock;
    this.#meterIds = meterIds;
    this.#fleetIds = fleetIds;
  }

  knowsMeter(meterId: string): boolean {
    return this.#meterIds.includes(meterId);
  }

  onStatus(message: Message<typeof gridStatus>): void {
    if (this.knowsMeter(message.params.meterId)) {
      this.#statuses.set(message.params.meterId, message);
    }
  }

  onReading(message: Message<typeof gridReading>): void {
    if (this.knowsMeter(message.params.meterId)) {
      this.#readings.set(message.params.meterId, message);
    }
  }

  onFleet(message: Message<typeof fleetStatus>): void {
    const { fleetId } = message.params;
    if (this.#fleetIds.includes(fleetId)) this.#fleets.set(fleetId, message);
  }

  onCap(source: string, { capKw, expiresAtMs }: Message<typeof loadCap>["payload"]): void {
    this.#caps.delete(source);
    if (expiresAtMs <= this.#clock.wallMs()) return;
    this.#caps.set(source, { source, capW: wattsBelow(capKw), expiresAtMs });
    if (this.#caps.size <= capSourcesMax) return;
    const [highest] = [...this.#caps.values()].sort((left, right) => right.capW - left.capW);
    if (highest !== undefined) this.#caps.delete(highest.source);
  }

  onSupply(message: Message<typeof powerSupply>): void {
    const trueAtMonoMs = trueAt(message, this.#clock);
    this.#supply = { capW: wattsBelow(message.payload.capKw), trueAtMonoMs };
  }

  /** Our own word of before the start; undefined from our first new one on. */
  onTargetBeforeStart(targetKw: number | undefined): void {
    this.#targetBeforeStartW = targetKw === undefined ? undefined : wattsBelow(targetKw);
  }

  picture(fresh?: { readonly meterId: string; readonly sample: FrequencySample }): Picture {
    const wallAtMs = this.#clock.wallMs();
    return {
      nowMonoMs: Math.floor(this.#clock.monotonicMs()),
      wallAtMs,
      meters: this.#meterIds.map((meterId) =>
        this.#meter(meterId, fresh?.meterId === meterId ? [fresh.sample] : []),
      ),
      caps: this.#currentCaps(wallAtMs),
      supply: this.#supply,
      fleet: this.#fleet(),
      targetBeforeStartW: this.#targetBeforeStartW,
    };
  }

  #meter(meterId: string, samples: readonly FrequencySample[]): MeterPicture {
    const status = this.#statuses.get(meterId);
    const reading = this.#readings.get(meterId);
    const isStatusFresh = status !== undefined && isFresh(status, gridStatus, this.#clock);
    const isReadingFresh = reading !== undefined && isFresh(reading, gridReading, this.#clock);
    const voltageMaxRatio = isReadingFresh ? reading.payload.voltageMaxRatio : undefined;
    return {
      samples,
      state: isStatusFresh ? status.payload.state : undefined,
      voltage:
        reading === undefined || voltageMaxRatio === undefined
          ? undefined
          : { voltageMaxRatio, measuredMonoMs: Math.floor(reading.receivedMonoMs) },
    };
  }

  #currentCaps(wallAtMs: number): readonly CapPicture[] {
    for (const { source, expiresAtMs } of this.#caps.values()) {
      if (expiresAtMs <= wallAtMs) this.#caps.delete(source);
    }
    return [...this.#caps.values()];
  }

  /** All fleets together; undefined while not one of them has a fresh word. */
  #fleet(): FleetPicture | undefined {
    let commandedW = 0;
    let heardCount = 0;
    let isReadBack = true;
    for (const message of this.#fleets.values()) {
      if (!isFresh(message, fleetStatus, this.#clock)) continue;
      heardCount += 1;
      commandedW += Math.ceil(message.payload.commandedKw * 1_000 - 1e-6);
      isReadBack &&= message.payload.isReadBack;
    }
    if (heardCount === 0) return undefined;
    return { commandedW, isReadBack: isReadBack && heardCount === this.#fleetIds.length };
  }
}

/** A sample as the core wants it; undefined when it came too late to tell anything. */
export function sampleFrom(
  message: Message<typeof gridFrequency>,
  maxAgeMs: number,
  clock: Clock,
): FrequencySample | undefined {
  if (message.isRetained || ageMs(message, clock) > maxAgeMs) return undefined;
  const { frequencyHz, quality, doubt } = message.payload;
  return {
    frequencyMilliHz: Math.round(frequencyHz * 1_000),
    quality,
    isDeadBus: doubt === "dead-bus",
    measuredMonoMs: trueAt(message, clock),
  };
}

/** How old it was on arrival, by the calendar; from then on only the stopwatch counts. */
const trueAt = (message: Stamped, clock: Clock): number =>
  Math.floor(clock.monotonicMs() - Math.max(0, ageMs(message, clock)));
