import type { Cancel, Clock, Random } from "@ballast/kernel";
import type { Plant } from "@ballast/sim-plant";
import type { SimulatedUnit } from "./simulated-fleet.ts";

/** A sensor of the simulated site: what it stands for, and what it sees. */
export interface SiteSensor {
  readonly id: string;
  readonly role: "supply" | "site" | "miners";
  readonly feeder: string | undefined;
  readonly quantity: "powerKw" | "availableKw";
  kwAt(monoMs: number): number;
}

/** How often each of them speaks. */
export const sensorIntervalMs = 1_000;
export const gaugeId = "gauge";
const siteSensorId = "site-power";

/**
 * On an island with its own station: a gauge at the station, a meter at the connection point, and one
 * at each feeder of miners. Where the supply has no limit nobody measures it, and there are none.
 */
export function siteSensors(plant: Plant, fleet: readonly SimulatedUnit[]): readonly SiteSensor[] {
  if (plant.availableKwAt(0) === undefined) return [];
  const feeders = [...new Set(fleet.map(({ entry }) => entry.feeder))];
  return [
    {
      id: gaugeId,
      role: "supply",
      feeder: undefined,
      quantity: "availableKw",
      kwAt: (monoMs) => plant.availableKwAt(monoMs) ?? 0,
    },
    {
      id: siteSensorId,
      role: "site",
      feeder: undefined,
      quantity: "powerKw",
      kwAt: (monoMs) => plant.feederAt(monoMs).powerKw,
    },
    ...feeders.map(
      (feeder): SiteSensor => ({
        id: `${feeder}-power`,
        role: "miners",
        feeder,
        quantity: "powerKw",
        kwAt: (monoMs) => plant.minersKwOn(feeder, monoMs),
      }),
    ),
  ];
}

const topicOf = (id: string): string => `site/${id}`;

/** As the site file names it. */
export function sensorEntry({ id, role, feeder, quantity }: SiteSensor): object {
  return {
    id,
    kind: "plain-json",
    role,
    ...(feeder !== undefined && { feeder }),
    intervalMs: sensorIntervalMs,
    settings: { values: [{ topic: topicOf(id), path: "kw", quantity, unit: "kW" }] },
  };
}

export interface SiteSensorsOptions {
  readonly sensors: readonly SiteSensor[];
  readonly clock: Clock;
  readonly random: Random;
  readonly say: (address: string, text: string) => void;
  readonly isSilent?: (sensorId: string) => boolean;
}

/** Each sensor speaks at its own moment of the second. */
export function startSiteSensors(options: SiteSensorsOptions): Cancel {
  const { sensors, clock, random, say, isSilent } = options;
  const cancels: Cancel[] = [];
  for (const sensor of sensors) {
    const speak = (): void => {
      if (isSilent?.(sensor.id) === true) return;
      const kw = Math.round(sensor.kwAt(clock.monotonicMs()) * 100) / 100;
      say(topicOf(sensor.id), JSON.stringify({ kw }));
    };
    const offsetMs = random.integer(0, sensorIntervalMs - 1);
    cancels.push(
      clock.after(offsetMs, "simulated-sensor", () => {
        speak();
        cancels.push(clock.every(sensorIntervalMs, "simulated-sensor", speak));
      }),
    );
  }
  return () => {
    for (const cancel of cancels) cancel();
  };
}
