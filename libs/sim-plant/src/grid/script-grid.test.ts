import { seededRandom } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import type { ScriptStep } from "../scenario.ts";
import { scriptGrid } from "./script-grid.ts";

const play = (...steps: ScriptStep[]) => scriptGrid({ kind: "script", steps }, 50, seededRandom(1));
const hertzAt = (atS: number, ...steps: ScriptStep[]): number | undefined =>
  play(...steps).stateAt(atS * 1_000).frequencyHz;
const deadBus = { kind: "dead-bus", untilS: 20, voltageRatio: 0.001, readingToHz: 40 } as const;

describe("a script", () => {
  test("holds nominal frequency at first, and its last value for ever", () => {
    expect(hertzAt(3, { kind: "hold", untilS: 5 })).toBe(50);
    expect(hertzAt(99, { kind: "step", untilS: 5, toHz: 49.7 })).toBe(49.7);
  });

  test("steps at once", () => {
    const steps = [
      { kind: "hold", untilS: 5 },
      { kind: "step", untilS: 9, toHz: 49.5 },
    ] as const;
    expect(hertzAt(4.999, ...steps)).toBe(50);
    expect(hertzAt(5, ...steps)).toBe(49.5);
  });

  test("ramps in a straight line from where it was", () => {
    const steps = [
      { kind: "step", untilS: 10, toHz: 49.8 },
      { kind: "ramp", untilS: 20, toHz: 49.4 },
    ] as const;
    expect(hertzAt(15, ...steps)).toBeCloseTo(49.6, 9);
    expect(hertzAt(20, ...steps)).toBe(49.4);
  });

  test("swings around where it was", () => {
    const sine = { kind: "sine", untilS: 40, amplitudeHz: 0.1, periodS: 8 } as const;
    expect(hertzAt(2, sine)).toBeCloseTo(50.1, 9);
    expect(hertzAt(6, sine)).toBeCloseTo(49.9, 9);
    expect(hertzAt(41, sine)).toBe(50);
  });

  test("swells into noise and out of it without a jump", () => {
    const noise = {
      kind: "noise",
      untilS: 600,
      deviationHz: 0.02,
      shortestS: 20,
      longestS: 900,
    } as const;
    const grid = play(noise);
    const values = Array.from({ length: 6_001 }, (_, i) => grid.stateAt(i * 100).frequencyHz ?? 0);
    expect(values[0]).toBe(50);
    expect(values[6_000]).toBe(50);
    expect(Math.max(...values)).toBeGreaterThan(50.01);
    const jumps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
    expect(Math.max(...jumps)).toBeLessThan(0.002);
  });

  test("changes voltage between steps, and says when", () => {
    const grid = play(
      { kind: "hold", untilS: 5 },
      { kind: "voltage", toRatios: [0.9, 0.4, 1] },
      { kind: "hold", untilS: 9 },
    );
    expect(grid.stateAt(4_999).voltageRatios).toEqual([1, 1, 1]);
    expect(grid.nextDueMs()).toBe(5_000);
    grid.step(0);
    expect(grid.stateAt(5_000).voltageRatios).toEqual([0.9, 0.4, 1]);
    expect(grid.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test("changes voltage at its very end and at its very beginning", () => {
    const atEnd = play({ kind: "hold", untilS: 5 }, { kind: "voltage", toRatios: [0, 0, 0] });
    expect(atEnd.nextDueMs()).toBe(5_000);
    const atStart = play({ kind: "voltage", toRatios: [0, 1, 1] }, { kind: "hold", untilS: 5 });
    expect(atStart.stateAt(0).voltageRatios).toEqual([0, 1, 1]);
  });

  test("keeps showing a plausible frequency on a dead bus, and comes back at nominal", () => {
    const steps = [
      { kind: "step", untilS: 10, toHz: 48 },
      deadBus,
      { kind: "hold", untilS: 30 },
    ] as const;
    expect(hertzAt(15, ...steps)).toBeCloseTo(44, 9);
    expect(play(...steps).stateAt(15_000).voltageRatios).toEqual([0.001, 0.001, 0.001]);
    expect(hertzAt(25, ...steps)).toBe(50);
    expect(play(...steps).stateAt(25_000).voltageRatios).toEqual([1, 1, 1]);
  });

  test("that ends dead stays dead", () => {
    const grid = play(deadBus);
    expect(grid.stateAt(1e9)).toEqual({ frequencyHz: 40, voltageRatios: [0.001, 0.001, 0.001] });
    expect(grid.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  });
});
