import type { SensorRole } from "@ballast/contracts";
import { assertDefined, type Clock } from "@ballast/kernel";
import type { SensorConfig } from "./config.ts";
import { lookAt, type SensorLook } from "./core/read-sensor.ts";
import type { SensorRules } from "./core/sensor-rules.ts";
import type { SensorState, Taken } from "./core/sensor-state.ts";

/** What one sensor says now, with what it stands for. */
export interface SensorReading extends SensorLook {
  readonly sensorId: string;
  readonly role: SensorRole;
  readonly feeder: string | undefined;
}

interface Entry {
  readonly sensor: SensorConfig;
  readonly rules: SensorRules;
  state: SensorState;
}

/** The latest of every configured sensor. Ages are judged at the moment of the question. */
export class SensorBook {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(sensor: SensorConfig, rules: SensorRules, state: SensorState): void {
    this.#entries.set(sensor.id, { sensor, rules, state });
  }

  /** Lets a decision take in something; what became of it is handed back. */
  update(sensorId: string, take: (state: SensorState, rules: SensorRules) => Taken): Taken {
    const entry = this.#entry(sensorId);
    const taken = take(entry.state, entry.rules);
    entry.state = taken.state;
    return taken;
  }

  stateOf(sensorId: string): SensorState {
    return this.#entry(sensorId).state;
  }

  /** By sensor; of those that count energy. */
  counters(): Readonly<Record<string, SensorState["counters"]>> {
    const counting = [...this.#entries].filter(
      ([, { state }]) => Object.keys(state.counters).length > 0,
    );
    return Object.fromEntries(counting.map(([id, { state }]) => [id, state.counters]));
  }

  rulesOf(sensorId: string): SensorRules {
    return this.#entry(sensorId).rules;
  }

  reading(sensorId: string): SensorReading {
    return this.#read(this.#entry(sensorId));
  }

  readings(): readonly SensorReading[] {
    return [...this.#entries.values()].map((entry) => this.#read(entry));
  }

  #entry(sensorId: string): Entry {
    return assertDefined(this.#entries.get(sensorId), `${sensorId} was added`);
  }

  #read({ sensor, rules, state }: Entry): SensorReading {
    const { id: sensorId, role, feeder } = sensor;
    return { sensorId, role, feeder, ...lookAt(state, rules, this.#clock.monotonicMs()) };
  }
}
