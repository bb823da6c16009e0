import type { fleetStatus, PayloadOf } from "@ballast/contracts";
import { countedW } from "./counted-power.ts";
import type { Fleet } from "./fleet.ts";
import { isUnresponsive } from "./health.ts";
import { isMeasuredAsleep, type Unit } from "./unit.ts";

type FleetStatus = PayloadOf<typeof fleetStatus>;

/** The fleet in numbers, for people, dashboards and the load controller's start. */
export function fleetNumbers(fleet: Fleet, targetW: number | undefined): Omit<FleetStatus, "atMs"> {
  const { units } = fleet;
  const counts = { hashing: 0, starting: 0, stopping: 0, sleeping: 0, faulty: 0, unknown: 0 };
  for (const unit of units) counts[standingOf(unit)] += 1;
  const cycles = units.map(({ state }) => state.wear.cyclesCount);
  const measuredW = units.reduce((sumW, unit) => sumW + drawnW(unit), 0);
  return {
    isReadBack: fleet.isReadBack,
    minerCount: units.length,
    hashingCount: counts.hashing,
    startingCount: counts.starting,
    stoppingCount: counts.stopping,
    sleepingCount: counts.sleeping,
    faultyCount: counts.faulty,
    unknownCount: counts.unknown,
    unresponsiveCount: units.filter(isUnresponsive).length,
    ratedKw: fleet.ratedW / 1_000,
    commandedKw: fleet.countedW / 1_000,
    measuredKw: measuredW / 1_000,
    ...(targetW === undefined ? {} : { targetKw: targetW / 1_000 }),
    cyclesMinCount: cycles.reduce((least, count) => Math.min(least, count), Infinity),
    cyclesMaxCount: cycles.reduce((most, count) => Math.max(most, count), 0),
  };
}

/** Every unit stands in exactly one place, by what was measured of it and wanted of it. */
function standingOf({ state }: Unit) {
  const { attempt, hearing, isStoppedByOthers, mode, wanted } = state;
  if (hearing !== "heard") return "unknown";
  if (wanted === "sleep") return isMeasuredAsleep(state) ? "sleeping" : "stopping";
  if (isStoppedByOthers) return "sleeping";
  if (mode === "hashing") return "hashing";
  return attempt !== undefined || mode === "starting" ? "starting" : "faulty";
}

/** Where a miner does not say what it draws: standby when it is proven asleep, else its label. */
function drawnW(unit: Unit): number {
  const { facts, state } = unit;
  if (state.hearing === "unheard") return countedW(unit);
  if (state.powerW !== undefined) return state.powerW;
  return isMeasuredAsleep(state) ? facts.standbyW : facts.ratedW;
}
