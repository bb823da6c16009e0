import { findModel, type MinerDriver, minerDrivers } from "@ballast/miner-drivers";
import type { UnitFacts } from "./core/unit.ts";
import type { MinerEntry } from "./miner-entry.ts";

/** A miner with all that the controller must know of it. */
export interface PlannedMiner {
  readonly entry: MinerEntry;
  readonly driver: MinerDriver;
  readonly facts: UnitFacts;
}

export interface FleetPlan {
  readonly miners: readonly PlannedMiner[];
  /** Sentences for whoever wrote the site file. */
  readonly problems: readonly string[];
}

const driverOf = new Map<string, MinerDriver>(minerDrivers.map((driver) => [driver.id, driver]));

/** Completes the entries from models and drivers; nothing is guessed. */
export function planFleet(entries: readonly MinerEntry[]): FleetPlan {
  const miners: PlannedMiner[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.id)) problems.push(`The miner ${entry.id} is listed twice.`);
    seen.add(entry.id);
    const planned = planMiner(entry, miners.length);
    if (typeof planned === "string") problems.push(planned);
    else miners.push(planned);
  }
  if (entries.length === 0) problems.push("The fleet is empty: list miners, or name a fleetCsv.");
  return { miners, problems };
}

function planMiner(entry: MinerEntry, index: number): PlannedMiner | string {
  const { driver: driverId, feeder, id, phase } = entry;
  const driver = driverOf.get(driverId);
  if (driver === undefined) return `The miner ${id} has the unknown driver ${driverId}.`;
  const model = entry.model === undefined ? undefined : findModel(entry.model);
  const ratedW = entry.ratedW ?? model?.nameplateW;
  if (ratedW === undefined) {
    return `The miner ${id} needs ratedW: its power is not known from ${entry.model ?? "a model"}.`;
  }
  const facts = {
    index,
    id,
    ratedW,
    standbyW: driver.standbyW,
    expectedThs: model?.nameplateThs,
    phase,
    feeder,
    stopMs: driver.timing.stopMs,
    wakeMs: driver.timing.wakeMs,
  };
  return { entry, driver, facts };
}
