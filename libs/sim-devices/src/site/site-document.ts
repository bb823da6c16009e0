import { assertDefined } from "@ballast/kernel";
import type { MinerAddress } from "../miners/index.ts";
import type { SimulatedUnit } from "./simulated-fleet.ts";
import { gaugeId, type SiteSensor, sensorEntry } from "./site-sensors.ts";

export interface MeterEntry {
  readonly id: string;
  readonly driver: string;
  readonly host: string;
  readonly port: number;
  /** Settled at commissioning, where the meter's kind leaves it open. */
  readonly adjustments?: object;
}

export interface SiteDocumentOptions {
  readonly fleet: readonly SimulatedUnit[];
  /** Where each unit of the fleet answers. */
  readonly addresses: readonly MinerAddress[];
  readonly meters: readonly MeterEntry[];
  readonly nominalHz: number;
  /** None where the supply has no limit of its own. */
  readonly sensors?: readonly SiteSensor[];
  /** Of the station on an island. */
  readonly supplyRatedKw?: number | undefined;
  /** Laid over the defaults, section by section. */
  readonly settings?: SiteSettings;
}

export type SiteSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A site file for a simulated site: the same document an operator writes for a real one. */
export function siteDocument({
  fleet,
  addresses,
  meters,
  nominalHz,
  sensors = [],
  supplyRatedKw,
  settings = {},
}: SiteDocumentOptions): SiteSettings {
  const ratedW = fleet.reduce((sumW, { spec }) => sumW + spec.ratedW, 0);
  const placeOf = new Map(addresses.map(({ minerId, host, port }) => [minerId, { host, port }]));
  const miners = fleet.map(({ entry }) => ({
    ...entry,
    ...assertDefined(placeOf.get(entry.id), "every unit has its address"),
  }));
  const document: SiteSettings = {
    site: { id: "simulated", name: "Simulated site", nominalHz },
    "grid-meter": {
      meters: meters.map((meter) => ({ ...meter, isCommissioned: true, nominalV: 230 })),
    },
    "load-controller": {
      meters: meters.map(({ id }) => id),
      profile: "fast",
      ratedKw: ratedW / 1_000,
    },
    "asic-controller": { miners },
    "power-sensors": powerSection(sensors, supplyRatedKw),
  };
  return overlaid(document, settings);
}

/** Section by section, setting by setting: what stands above counts. */
export function overlaid(below: SiteSettings, above: SiteSettings): SiteSettings {
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...names].map((name) => [name, { ...below[name], ...above[name] }]));
}

function powerSection(
  sensors: readonly SiteSensor[],
  ratedKw: number | undefined,
): SiteSettings[string] {
  if (ratedKw === undefined || sensors.length === 0) return {};
  const river = { id: "river", kind: "hydro", ratedKw, availableFrom: gaugeId };
  return { sensors: sensors.map(sensorEntry), supply: { supplies: [river] } };
}
