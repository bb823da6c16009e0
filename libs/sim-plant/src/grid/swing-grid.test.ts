import { seededRandom } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SwingGridSpec } from "../scenario.ts";
import { SwingGrid, swingStepMs } from "./swing-grid.ts";

const quiet: SwingGridSpec = {
  kind: "swing",
  ratedKw: 1_000,
  inertiaS: 3,
  droopRatio: 0.04,
  governorTimeS: 1,
  governorKwPerS: 100,
  resetTimeS: 30,
  minimumStableKw: 50,
  demandKw: 300,
  demandNoiseKw: 0,
  demandNoiseTimeS: 5,
  dampingRatio: 1.5,
  tripLowHz: 47,
  tripHighHz: 55,
  tripDelayS: 1,
  events: [],
};

/** Frequencies after each step, with the site drawing what it is told. */
function run(
  spec: SwingGridSpec,
  untilS: number,
  siteKwAt: (atS: number) => number,
  seed = 1,
): { readonly frequencies: readonly number[]; readonly grid: SwingGrid } {
  const grid = new SwingGrid(spec, 50, seededRandom(seed));
  const frequencies: number[] = [];
  while (grid.nextDueMs() < untilS * 1_000) {
    grid.step(siteKwAt(grid.nextDueMs() / 1_000));
    frequencies.push(grid.stateAt().frequencyHz ?? 0);
  }
  return { frequencies, grid };
}

const isDead = (grid: SwingGrid): boolean => grid.stateAt().voltageRatios[0] < 0.01;

describe("an island", () => {
  test("in balance stays at nominal", () => {
    const { frequencies } = run(quiet, 60, () => 500);
    expect(Math.max(...frequencies.map((hz) => Math.abs(hz - 50)))).toBeLessThan(1e-9);
  });

  test("first falls as its inertia says: f0 / (2 H S) times what is missing", () => {
    const { frequencies } = run(quiet, 2, (atS) => (atS < 1 ? 500 : 560));
    const [before = 0, after = 0] = [frequencies[49], frequencies[54]];
    const slopeHzPerS = (after - before) / ((5 * swingStepMs) / 1_000);
    expect(slopeHzPerS).toBeCloseTo((-50 / (2 * 3 * 1_000)) * 60, 1);
  });

  test("settles by droop while the reset is too slow to help", () => {
    const spec = { ...quiet, resetTimeS: 100_000, dampingRatio: 0 };
    const { frequencies } = run(spec, 120, (atS) => (atS < 1 ? 500 : 600));
    // 100 kW of 1,000 on 4 % droop: 0.4 % of 50 Hz.
    expect(frequencies.at(-1)).toBeCloseTo(49.8, 3);
  });

  test("is helped a little by demand that falls with the frequency", () => {
    const spec = { ...quiet, resetTimeS: 100_000 };
    const { frequencies } = run(spec, 120, (atS) => (atS < 1 ? 500 : 600));
    // The same 100 kW over the governor's 25,000 kW per unit of slip and the damping's 450.
    expect(frequencies.at(-1)).toBeCloseTo(50 - (50 * 100) / 25_450, 3);
  });

  test("loses generation at once when its water goes at once", () => {
    const events = [{ atS: 1, kind: "available", byKw: -400, overS: 0 }] as const;
    const { frequencies } = run({ ...quiet, events }, 2, () => 500);
    const [before = 0, after = 0] = [frequencies[51], frequencies[53]];
    const slopeHzPerS = (after - before) / ((2 * swingStepMs) / 1_000);
    // 800 kW drawn, 600 kW left.
    expect(slopeHzPerS).toBeCloseTo((-50 / (2 * 3 * 1_000)) * 200, 1);
  });

  test("is brought back to nominal by the reset", () => {
    const { frequencies } = run(quiet, 600, (atS) => (atS < 1 ? 500 : 600));
    expect(frequencies.at(-1)).toBeCloseTo(50, 2);
  });

  test("without enough water goes dark; its reading stays plausible, its voltage does not", () => {
    const spec: SwingGridSpec = {
      ...quiet,
      events: [{ atS: 10, kind: "available", byKw: -400, overS: 20 }],
    };
    const { frequencies, grid } = run(spec, 300, () => 560);
    expect(isDead(grid)).toBe(true);
    expect(frequencies.at(-1)).toBeGreaterThanOrEqual(40);
    expect(frequencies.at(-1)).toBeLessThan(47);
  });

  test("that loses load faster than its governor may move trips by overspeed", () => {
    const nimble = { ...quiet, governorTimeS: 0.3, governorKwPerS: 1_000, tripHighHz: 52 };
    const loseLoad = (atS: number): number => (atS < 5 ? 500 : 300);
    expect(isDead(run(nimble, 60, loseLoad).grid)).toBe(false);
    expect(isDead(run({ ...nimble, governorKwPerS: 5 }, 60, loseLoad).grid)).toBe(true);
  });

  test("comes back at nominal after its restart time, and never without one", () => {
    const overload: SwingGridSpec = {
      ...quiet,
      events: [
        { atS: 10, kind: "demand", byKw: 900, overS: 0 },
        { atS: 60, kind: "demand", byKw: -900, overS: 0 },
      ],
    };
    const restarting = { ...overload, restartAfterS: 60 };
    expect(isDead(run(restarting, 60, () => 0).grid)).toBe(true);
    const { grid, frequencies } = run(restarting, 200, () => 0);
    expect(isDead(grid)).toBe(false);
    expect(frequencies.at(-1)).toBeCloseTo(50, 6);
    expect(isDead(run(overload, 200, () => 0).grid)).toBe(true);
  });

  test("is stable over the machines and loads we may meet", () => {
    const machine = fc.record({
      inertiaS: fc.double({ min: 1.5, max: 6, noNaN: true }),
      droopRatio: fc.double({ min: 0.03, max: 0.08, noNaN: true }),
      governorTimeS: fc.double({ min: 0.2, max: 1, noNaN: true }),
      resetTimeS: fc.double({ min: 30, max: 120, noNaN: true }),
    });
    fc.assert(
      fc.property(machine, fc.double({ min: -80, max: 80, noNaN: true }), (facts, stepKw) => {
        const spec = { ...quiet, ...facts };
        const { frequencies, grid } = run(spec, 600, (atS) => 400 + (atS < 5 ? 0 : stepKw));
        expect(isDead(grid)).toBe(false);
        const tail = frequencies.slice(-1_000);
        expect(Math.max(...tail) - Math.min(...tail)).toBeLessThan(0.01);
        expect(Math.abs((tail.at(-1) ?? 0) - 50)).toBeLessThan(0.1);
      }),
      { numRuns: 15 },
    );
  });
});
