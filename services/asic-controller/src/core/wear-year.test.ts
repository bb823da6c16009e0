import { type Random, seededRandom } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { asleep, noonAtMs, pictureOf, policy, unitsOf } from "../../test/units.ts";
import { allocate, type Carries } from "./allocate.ts";
import { Fleet } from "./fleet.ts";
import { noCarry } from "./phase-share.ts";
import { afterStop } from "./wear.ts";

const shedsPerDay = 3;
const dayMs = 86_400_000;
/** Large batches: small ones would make the same choices, only more slowly. */
const hasty = { ...policy, batchRatio: 0.25, rampRatio: 1 };

class YearFleet {
  readonly fleet: Fleet;
  #carries: Carries = { sleeps: noCarry, wakes: noCarry };
  #nowMonoMs = 0;

  constructor(unitCount: number, phases: readonly string[]) {
    this.fleet = new Fleet(
      unitsOf(unitCount, (index) => ({ facts: { phase: phases[index % phases.length] ?? "3p" } })),
    );
  }

  shedTo(targetW: number): void {
    const { carries, sleeps } = this.#allocate(targetW);
    this.#carries = carries;
    for (const { unit } of sleeps) {
      const wear = afterStop(unit.state.wear, noonAtMs + this.#nowMonoMs);
      const lastOffMonoMs = this.#nowMonoMs;
      this.fleet.change(unit.facts.index, { ...asleep, wear, lastOffMonoMs });
    }
  }

  restore(): void {
    this.#nowMonoMs += policy.minOffMs;
    while (this.fleet.restingCount > 0) {
      this.#nowMonoMs += policy.batchSpacingMs + 1;
      const { carries, wakes } = this.#allocate(this.fleet.ratedW);
      this.#carries = carries;
      for (const { unit } of wakes) {
        this.fleet.change(unit.facts.index, { wanted: "run", evidence: "awake", mode: "hashing" });
      }
    }
  }

  rest(durationMs: number): void {
    this.#nowMonoMs += durationMs;
  }

  get cyclesSpread(): number {
    const counts = this.fleet.units.map(({ state }) => state.wear.cyclesCount);
    return Math.max(...counts) - Math.min(...counts);
  }

  /** How far the phases' shares of the sleeping units are from their shares of the fleet. */
  get phaseDeviation(): number {
    const { units } = this.fleet;
    const off = units.filter(({ state }) => state.wanted === "sleep");
    const phases = new Set(units.map(({ facts }) => facts.phase));
    const isOf = (phase: string) => (unit: (typeof units)[number]) => unit.facts.phase === phase;
    return Math.max(
      ...[...phases].map((phase) => {
        const share = units.filter(isOf(phase)).length / units.length;
        return Math.abs(off.filter(isOf(phase)).length - share * off.length);
      }),
    );
  }

  #allocate(targetW: number) {
    const { countedW, restingCount, units } = this.fleet;
    const now = { nowMonoMs: this.#nowMonoMs, nowAtMs: noonAtMs + this.#nowMonoMs };
    const book = { countedW, restingCount, targetW, carries: this.#carries };
    return allocate(pictureOf(units, { ...book, ...now }), hasty);
  }
}

function liveYear(fleet: YearFleet, random: Random): { spread: number; deviation: number } {
  let spread = 0;
  let deviation = 0;
  for (let shed = 0; shed < 365 * shedsPerDay; shed += 1) {
    fleet.shedTo(fleet.fleet.ratedW * random.next());
    deviation = Math.max(deviation, fleet.phaseDeviation);
    fleet.restore();
    spread = Math.max(spread, fleet.cyclesSpread);
    fleet.rest(random.next() * (dayMs / shedsPerDay));
  }
  return { spread, deviation };
}

test.each([1])("a year without a phase map wears all units alike, seed %i", (seed) => {
  const fleet = new YearFleet(160, ["3p"]);
  expect(liveYear(fleet, seededRandom(seed)).spread).toBeLessThanOrEqual(1);
  expect(fleet.fleet.unit(0).state.wear.cyclesCount).toBeGreaterThan(500);
});

test.each([1])("a year with a phase map stays even in wear and phases, seed %i", (seed) => {
  const fleet = new YearFleet(160, ["L1", "L2", "L3"]);
  const { deviation, spread } = liveYear(fleet, seededRandom(seed));
  expect(spread).toBeLessThanOrEqual(2);
  expect(deviation).toBeLessThan(2);
});

test("any run of sheds, deeper ones on top of others too, keeps the phases in proportion", () => {
  const anyPhases = fc.array(fc.constantFrom("L1", "L1", "L2", "L3"), {
    minLength: 4,
    maxLength: 12,
  });
  const anySheds = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(anyPhases, anySheds, (phases, targets) => {
      const fleet = new YearFleet(40, phases);
      for (const [index, target] of targets.entries()) {
        fleet.shedTo(fleet.fleet.ratedW * target);
        expect(fleet.phaseDeviation).toBeLessThan(2);
        if (index % 3 === 2) fleet.restore();
      }
    }),
  );
});
