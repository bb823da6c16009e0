import type { Cancel, Clock, Random } from "@ballast/kernel";
import type { Plant } from "@ballast/sim-plant";
import {
  plantFace,
  type SensorFace,
  type SensorFault,
  type SensorTruth,
  type SimulatedSensor,
  type SpokenMessage,
  shellyFace,
  simulatedSensor,
  tasmotaFace,
} from "../sensors/index.ts";
import type { SimulatedUnit } from "./simulated-fleet.ts";

/** A sensor of the simulated site: what it stands for, what it sees, and its tongue. */
export interface SiteSensor {
  readonly id: string;
  readonly role: "supply" | "site" | "miners";
  readonly feeder: string | undefined;
  readonly face: SensorFace;
  source(monoMs: number): SensorTruth;
}

/** How often each of them speaks. */
export const sensorIntervalMs = 1_000;
export const gaugeId = "gauge";

/**
 * On an island with its own station: a gauge at the station, a meter at the connection point, and one
 * at each feeder of miners. Where the supply has no limit nobody measures it, and there are none.
 */
export function siteSensors(plant: Plant, fleet: readonly SimulatedUnit[]): readonly SiteSensor[] {
  if (plant.availableKwAt(0) === undefined) return [];
  const seen = (monoMs: number): Pick<SensorTruth, "voltageV" | "frequencyHz"> => {
    const { voltagesV, frequencyHz = 0 } = plant.feederAt(monoMs);
    return { voltageV: voltagesV[0], frequencyHz };
  };
  const feeders = [...new Set(fleet.map(({ entry }) => entry.feeder))];
  return [
    {
      id: gaugeId,
      role: "supply",
      feeder: undefined,
      face: plantFace("station"),
      source: (monoMs) => ({ ...seen(monoMs), availableKw: plant.availableKwAt(monoMs) ?? 0 }),
    },
    {
      id: "connection",
      role: "site",
      feeder: undefined,
      face: shellyFace("connection"),
      source: (monoMs) => ({ ...seen(monoMs), powerKw: plant.feederAt(monoMs).powerKw }),
    },
    ...feeders.map(
      (feeder): SiteSensor => ({
        id: `${feeder}-meter`,
        role: "miners",
        feeder,
        face: tasmotaFace(feeder),
        source: (monoMs) => ({ ...seen(monoMs), powerKw: plant.minersKwOn(feeder, monoMs) }),
      }),
    ),
  ];
}

/** As the site file names it. */
export const sensorEntry = ({ id, role, feeder, face }: SiteSensor): object => ({
  id,
  kind: face.kind,
  role,
  ...(feeder !== undefined && { feeder }),
  intervalMs: sensorIntervalMs,
  settings: face.settings,
});

export interface SiteSensorsOptions {
  readonly sensors: readonly SiteSensor[];
  readonly clock: Clock;
  readonly random: Random;
  readonly publish: (message: SpokenMessage) => void;
}

export interface SpeakingSensors {
  setFault(sensorId: string, fault: SensorFault): void;
  stop(): void;
}

/** Each sensor comes, and from then on speaks, at its own moment of the second. */
export function startSiteSensors(options: SiteSensorsOptions): SpeakingSensors {
  const { sensors, clock, random, publish } = options;
  const speaking = new Map<string, SimulatedSensor>();
  const cancels: Cancel[] = sensors.map(({ id, face, source }) =>
    clock.after(random.integer(0, sensorIntervalMs - 1), "simulated-sensor", () => {
      const intervalMs = sensorIntervalMs;
      speaking.set(id, simulatedSensor({ face, source, intervalMs, clock, publish }));
    }),
  );
  return {
    setFault: (sensorId, fault) => speaking.get(sensorId)?.setFault(fault),
    stop: () => {
      for (const cancel of cancels) cancel();
      for (const sensor of speaking.values()) sensor.stop();
    },
  };
}
