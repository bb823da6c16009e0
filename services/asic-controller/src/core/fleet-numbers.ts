import type { fleetStatus, PayloadOf } from "@ballast/contracts";
import { countedW } from "./counted-power.ts";
import type { Fleet } from "./fleet.ts";
import { isUnresponsive } from "./health.ts";
import type { Unit } from "./unit.ts";

type FleetStatus = PayloadOf<typeof fleetStatus>;

/** The fleet in numbers, for people, dashboards and the load controller's start. */
export function fleetNumbers(fleet: Fleet, targetW: number | undefined): Omit<FleetStatus, "atMs"> {
  const { units } = fleet;
  const tally = (holds: (unit: Unit) => boolean): number => units.filter(holds).length;
  const cycles = units.map(({ state }) => state.wear.cyclesCount);
  const measuredW = units.reduce((sumW, unit) => sumW + drawnW(unit), 0);
  return {
    isReadBack: fleet.isReadBack,
    minerCount: units.length,
    hashingCount: tally(({ state }) => state.mode === "hashing"),
    startingCount: tally(({ state }) => state.mode === "starting"),
    stoppingCount: tally(({ state }) => state.wanted === "sleep" && state.evidence !== "asleep"),
    sleepingCount: tally(({ state }) => state.mode === "sleeping"),
    unknownCount: tally(({ state }) => state.hearing !== "heard"),
    unresponsiveCount: tally(isUnresponsive),
    ratedKw: fleet.ratedW / 1_000,
    commandedKw: fleet.countedW / 1_000,
    measuredKw: measuredW / 1_000,
    ...(targetW === undefined ? {} : { targetKw: targetW / 1_000 }),
    cyclesMinCount: cycles.reduce((least, count) => Math.min(least, count), Infinity),
    cyclesMaxCount: cycles.reduce((most, count) => Math.max(most, count), 0),
  };
}

/** Where a miner does not say what it draws: standby when it is proven asleep, else its label. */
function drawnW(unit: Unit): number {
  const { facts, state } = unit;
  if (state.hearing === "unheard") return countedW(unit);
  if (state.powerW !== undefined) return state.powerW;
  return state.evidence === "asleep" ? facts.standbyW : facts.ratedW;
}
