import { assertDefined, type Random } from "@ballast/kernel";
import { findModel, minerDrivers } from "@ballast/miner-drivers";
import { type MinerSpec, type Phase, phases, type Range } from "@ballast/sim-plant";
import { type SimulatedDriverId, simulatedDriverIds } from "../miners/index.ts";

/** A unit of the plant, and what the site file says of it beside its address. */
export interface SimulatedUnit {
  readonly entry: FleetEntry;
  readonly spec: MinerSpec;
}

export interface FleetEntry {
  readonly id: string;
  readonly driver: SimulatedDriverId;
  readonly model: string;
  readonly feeder: string;
  readonly phase: Phase;
}

export interface FleetOptions {
  readonly minerCount: number;
  readonly random: Random;
  /** Which firmwares take turns; all of them where left out. */
  readonly drivers?: readonly SimulatedDriverId[];
  /** Quicker than life, for measurements that need many sheds. */
  readonly pace?: Partial<Pick<MinerSpec, "stopMs" | "bootMs" | "rampMs">>;
}

/** 16 racks to a container of 160. */
const unitsPerFeeder = 10;
const model = "S21";
/** Drivers carry the time that 95 of 100 stops keep; most are faster. */
const typicalStopRatio = 0.3;

/** A container of one model under several firmwares, wired phase by phase. */
export function simulatedFleet(options: FleetOptions): readonly SimulatedUnit[] {
  const { minerCount, random, drivers, pace } = options;
  const usable = drivers ?? simulatedDriverIds;
  return Array.from({ length: minerCount }, (_, index) => {
    const driver = assertDefined(usable[index % usable.length], "a fleet has a firmware");
    const id = `m${String(index + 1).padStart(String(minerCount).length, "0")}`;
    const phase = assertDefined(phases[index % phases.length], "three phases");
    const feeder = `rack-${Math.floor(index / unitsPerFeeder) + 1}`;
    return {
      entry: { id, driver, model, feeder, phase },
      spec: { id, phase, feeder, ...habitsOf(driver, random.fork(id)), ...pace },
    };
  });
}

function habitsOf(
  driverId: SimulatedDriverId,
  random: Random,
): Omit<MinerSpec, "id" | "phase" | "feeder"> {
  const driver = assertDefined(
    minerDrivers.find(({ id }) => id === driverId),
    "each face has its driver",
  );
  const facts = assertDefined(findModel(model), "the model is known");
  const bootMs: Range = { minMs: 30_000, maxMs: 180_000 };
  return {
    ratedW: facts.nameplateW,
    ratedThs: facts.nameplateThs,
    standbyW: driver.standbyW,
    stopMs: Math.round(driver.timing.stopMs * typicalStopRatio * (0.8 + 0.4 * random.next())),
    bootMs,
    doesSleepSurviveReboot: driver.doesSleepSurviveReboot,
  };
}
