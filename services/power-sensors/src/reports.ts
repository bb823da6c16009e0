import type { PayloadOf, powerSample, powerSensorStatus } from "@ballast/contracts";
import type { Cancel, Clock } from "@ballast/kernel";
import type { AlarmBoard } from "@ballast/runtime";
import type { SensorConfig } from "./config.ts";
import type { Ingest } from "./open-ingest.ts";
import type { SensorReading } from "./sensor-book.ts";

export type PowerSample = PayloadOf<typeof powerSample>;
export type SensorStatus = PayloadOf<typeof powerSensorStatus>;

export interface ReportsOptions {
  readonly sensors: readonly SensorConfig[];
  readonly ingest: Ingest;
  readonly clock: Clock;
  readonly alarms: AlarmBoard;
  readonly onSample: (sensorId: string, sample: PowerSample) => void;
  readonly onStatus: (sensorId: string, status: SensorStatus) => void;
}

const samplePeriodMinMs = 200; // Five a second.
const checkPeriodMs = 500;
const statusPeriodMs = 2_000;
/** One odd message is a sample's matter; only what lasts wakes somebody. */
const suspectForMs = 10_000;

interface Told {
  sampleMonoMs: number;
  isSampleDue: boolean;
  statusMonoMs: number;
  state: SensorReading["state"] | undefined;
  suspectMonoMs: number | undefined;
}

/** Says on the bus what the book holds, and raises alarms about what lasts. */
export class Reports {
  readonly #options: ReportsOptions;
  readonly #told: ReadonlyMap<string, Told>;
  readonly #kindOf: ReadonlyMap<string, string>;
  readonly #startedMonoMs: number;
  readonly #cancel: Cancel;

  constructor(options: ReportsOptions) {
    const { sensors, clock } = options;
    const never = Number.NEGATIVE_INFINITY;
    this.#options = options;
    this.#kindOf = new Map(sensors.map(({ id, kind }) => [id, kind]));
    this.#told = new Map(
      sensors.map(({ id }) => [
        id,
        {
          sampleMonoMs: never,
          isSampleDue: false,
          statusMonoMs: never,
          state: undefined,
          suspectMonoMs: undefined,
        },
      ]),
    );
    this.#startedMonoMs = clock.monotonicMs();
    this.#cancel = clock.every(checkPeriodMs, "sensor-reports", () => this.#check());
  }

  stop(): void {
    this.#cancel();
  }

  /** At once, or as soon as the last sample is old enough. */
  onUpdate(sensorId: string): void {
    const told = this.#told.get(sensorId);
    if (told === undefined || told.isSampleDue) return;
    const { clock } = this.#options;
    const waitMs = told.sampleMonoMs + samplePeriodMinMs - clock.monotonicMs();
    if (waitMs <= 0) {
      this.#say(sensorId, told);
      return;
    }
    told.isSampleDue = true;
    clock.after(waitMs, "sensor-sample", () => {
      told.isSampleDue = false;
      this.#say(sensorId, told);
    });
  }

  #say(sensorId: string, told: Told): void {
    const { clock, ingest, onSample } = this.#options;
    const reading = ingest.book.reading(sensorId);
    told.sampleMonoMs = clock.monotonicMs();
    onSample(sensorId, sampleOf(reading, clock.wallMs()));
    this.#judge(reading, told);
  }

  #check(): void {
    for (const reading of this.#options.ingest.book.readings()) {
      const told = this.#told.get(reading.sensorId);
      if (told === undefined) continue;
      // Who reads samples only must hear as well that there are no more, and of what came early.
      const isNewlyLost = reading.state === "lost" && told.state !== "lost";
      const isUnsaid = reading.state !== "lost" && !Number.isFinite(told.sampleMonoMs);
      if (isNewlyLost || isUnsaid) this.#say(reading.sensorId, told);
      else this.#judge(reading, told);
    }
  }

  #judge(reading: SensorReading, told: Told): void {
    const nowMonoMs = this.#options.clock.monotonicMs();
    const hasChanged = reading.state !== told.state;
    told.state = reading.state;
    if (reading.state !== "suspect") told.suspectMonoMs = undefined;
    else told.suspectMonoMs ??= nowMonoMs;
    this.#setAlarms(reading, told, nowMonoMs);
    if (!hasChanged && nowMonoMs - told.statusMonoMs < statusPeriodMs) return;
    told.statusMonoMs = nowMonoMs;
    this.#options.onStatus(reading.sensorId, this.#statusOf(reading));
  }

  #setAlarms({ sensorId, state, doubt, reason }: SensorReading, told: Told, nowMonoMs: number) {
    const { alarms, ingest } = this.#options;
    const isLate = nowMonoMs - this.#startedMonoMs > ingest.book.rulesOf(sensorId).ageMaxMs;
    // From the start, no sensor counts as lost before it had the time to speak.
    if (state !== "lost") alarms.clear("power.sensor-lost", sensorId, reason);
    else if (isLate || doubt === "offline") alarms.raise("power.sensor-lost", sensorId, reason);
    const suspectMs = nowMonoMs - (told.suspectMonoMs ?? nowMonoMs);
    const isSuspect = state === "suspect" && doubt !== "retained" && suspectMs >= suspectForMs;
    if (isSuspect) alarms.raise("power.sensor-suspect", sensorId, reason);
    else if (state !== "suspect") alarms.clear("power.sensor-suspect", sensorId, reason);
  }

  #statusOf({ sensorId, state, reason, role, feeder }: SensorReading): SensorStatus {
    const { clock, ingest } = this.#options;
    const { heard } = ingest.book.stateOf(sensorId);
    return {
      atMs: clock.wallMs(),
      state,
      reason,
      kind: this.#kindOf.get(sensorId) ?? "unknown",
      role,
      ...(feeder !== undefined && { feeder }),
      ...(heard !== undefined && { heardAtMs: heard.atMs }),
      ...ingest.tally.of(sensorId),
    };
  }
}

/** What is not for the bus stays out: phases one by one, and apparent power. */
function sampleOf(
  { role, feeder, quality, doubt, values }: SensorReading,
  atMs: number,
): PowerSample {
  const {
    powerL1Kw: _1,
    powerL2Kw: _2,
    powerL3Kw: _3,
    apparentKva: _4,
    energyImportL1Kwh: _5,
    energyImportL2Kwh: _6,
    energyImportL3Kwh: _7,
    energyExportL1Kwh: _8,
    energyExportL2Kwh: _9,
    energyExportL3Kwh: _10,
    ...told
  } = values;
  return {
    atMs,
    role,
    ...(feeder !== undefined && { feeder }),
    quality,
    ...(doubt !== undefined && { doubt }),
    ...told,
  };
}
