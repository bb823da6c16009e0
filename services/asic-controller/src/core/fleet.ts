import { assertDefined } from "@ballast/kernel";
import { countedW } from "./counted-power.ts";
import type { Unit, UnitState } from "./unit.ts";

/** The book of all units, with the sums that a decision needs at once. */
export class Fleet {
  readonly ratedW: number;
  readonly #units: Unit[];
  #countedW: number;
  #restingCount: number;
  #unheardCount: number;

  constructor(units: readonly Unit[]) {
    this.#units = [...units];
    this.ratedW = units.reduce((sumW, { facts }) => sumW + facts.ratedW, 0);
    this.#countedW = units.reduce((sumW, unit) => sumW + countedW(unit), 0);
    this.#restingCount = units.filter(isResting).length;
    this.#unheardCount = units.filter(isUnheard).length;
  }

  get units(): readonly Unit[] {
    return this.#units;
  }

  /** The nameplate sum of all that draw, or may draw. */
  get countedW(): number {
    return this.#countedW;
  }

  /** Units that are wanted asleep. */
  get restingCount(): number {
    return this.#restingCount;
  }

  /** Every unit was heard of once, or is known to be out of reach. */
  get isReadBack(): boolean {
    return this.#unheardCount === 0;
  }

  unit(index: number): Unit {
    return assertDefined(this.#units[index], "a unit's index lies in its fleet");
  }

  change(index: number, changes: Partial<UnitState>): Unit {
    const before = this.unit(index);
    const after: Unit = { facts: before.facts, state: { ...before.state, ...changes } };
    this.#units[index] = after;
    this.#countedW += countedW(after) - countedW(before);
    this.#restingCount += Number(isResting(after)) - Number(isResting(before));
    this.#unheardCount += Number(isUnheard(after)) - Number(isUnheard(before));
    return after;
  }
}

const isResting = ({ state }: Unit): boolean => state.wanted === "sleep";
const isUnheard = ({ state }: Unit): boolean => state.hearing === "unheard";
