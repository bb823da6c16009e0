import type { Picture } from "../src/core/allocate.ts";
import { countedW } from "../src/core/counted-power.ts";
import { noCarry } from "../src/core/phase-share.ts";
import { type Unit, type UnitFacts, type UnitState, unheardState } from "../src/core/unit.ts";
import { newWear } from "../src/core/wear.ts";
import { Policy } from "../src/policy.ts";

export const policy = Policy.parse({});

/** Noon, so that a test that runs for hours stays within one day. */
export const noonAtMs = Date.UTC(2026, 2, 1, 12);

export interface UnitOptions {
  readonly facts?: Partial<UnitFacts>;
  readonly state?: Partial<UnitState>;
}

/** A 3.5 kW unit that has been heard of and hashes. */
export function unitOf(index: number, { facts, state }: UnitOptions = {}): Unit {
  return {
    facts: {
      index,
      id: `m${String(index).padStart(4, "0")}`,
      ratedW: 3_500,
      standbyW: 30,
      expectedThs: 200,
      phase: "3p",
      feeder: "main",
      stopMs: 20_000,
      wakeMs: 600_000,
      ...facts,
    },
    state: {
      ...unheardState("run", newWear(0)),
      hearing: "heard",
      evidence: "awake",
      mode: "hashing",
      askedMonoMs: 0,
      powerW: 3_500,
      ...state,
    },
  };
}

/** Told to sleep long ago, and proven. */
export const asleep: Partial<UnitState> = {
  wanted: "sleep",
  evidence: "asleep",
  mode: "sleeping",
  powerW: 30,
  hashingSinceMonoMs: undefined,
};

export const unitsOf = (count: number, options: (index: number) => UnitOptions = () => ({})) =>
  Array.from({ length: count }, (_, index) => unitOf(index, options(index)));

/** An hour after the start, with everything in order. */
export function pictureOf(units: readonly Unit[], changes: Partial<Picture> = {}): Picture {
  return {
    nowMonoMs: 3_600_000,
    nowAtMs: noonAtMs,
    units,
    countedW: units.reduce((sumW, unit) => sumW + countedW(unit), 0),
    restingCount: units.filter(({ state }) => state.wanted === "sleep").length,
    targetW: units.reduce((sumW, { facts }) => sumW + facts.ratedW, 0),
    isWakeAllowed: true,
    startedMonoMs: 0,
    isFullRating: true,
    supplyW: undefined,
    wakeBatches: [],
    wakesUnderWayMaxCount: 1_024,
    carries: { sleeps: noCarry, wakes: noCarry },
    ...changes,
  };
}
