import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { fleetOf } from "./fleet-of.ts";
import { createPlant, type Plant } from "./plant.ts";
import { Scenario } from "./scenario.ts";

const folder = join(import.meta.dirname, "../scenarios");
const files = readdirSync(folder);
const load = (file: string): Scenario =>
  Scenario.parse(parse(readFileSync(join(folder, file), "utf8")));

interface Seen {
  readonly atS: number;
  readonly frequencyHz: number;
  readonly voltageRatio: number;
}

/** Plays a whole scenario with a fleet that nobody controls. */
function play(file: string, periodMs: number, watch?: (plant: Plant, monoMs: number) => void) {
  const scenario = load(file);
  const plant = createPlant({ seed: 7, scenario, miners: fleetOf(160), startMonoMs: 0 });
  const seen: Seen[] = [];
  for (let monoMs = 0; monoMs <= scenario.durationS * 1_000; monoMs += periodMs) {
    const { frequencyHz, voltageRatios } = plant.gridAt(monoMs);
    watch?.(plant, monoMs);
    if (frequencyHz === undefined) continue;
    seen.push({ atS: monoMs / 1_000, frequencyHz, voltageRatio: voltageRatios[0] });
  }
  const live = seen.filter(({ voltageRatio }) => voltageRatio > 0.8);
  const lowest = (of: readonly Seen[]) => Math.min(...of.map(({ frequencyHz }) => frequencyHz));
  const at = (atS: number): number => seen.find((one) => one.atS >= atS)?.frequencyHz ?? 0;
  return { plant, seen, live, at, lowestLiveHz: lowest(live), lowestShownHz: lowest(seen) };
}

/** What must be true of each scenario. A file without figures fails below. */
const figures: Readonly<Record<string, (file: string) => void>> = {
  "gb-2019-08-09.yaml": (file) => {
    const { lowestLiveHz, at, seen } = play(file, 1_000);
    expect(lowestLiveHz).toBeCloseTo(48.787, 3);
    // The seconds, from 15:51:00, of the first samples at or below each level in the public record.
    const firstAt = (hertz: number) => seen.find(({ frequencyHz }) => frequencyHz <= hertz)?.atS;
    expect([49.8, 49.7, 49.5, 49.3, 49.1].map(firstAt)).toEqual([95, 96, 98, 102, 115]);
    expect(firstAt(48.8)).toBe(169);
    expect(at(119)).toBeCloseTo(49.083, 3);
    expect(at(240)).toBeCloseTo(49.5, 3);
    expect(at(508)).toBeCloseTo(50.225, 3);
    const slopeHzPerS = (at(95.5) - at(93.5)) / 2;
    expect(Math.abs(slopeHzPerS + 0.144)).toBeLessThan(0.03);
  },
  "iberia-2025-04-28.yaml": (file) => {
    const { lowestLiveHz, lowestShownHz, at, seen, plant } = play(file, 1_000);
    expect(at(62)).toBeCloseTo(48.556, 3);
    expect(lowestLiveHz).toBeCloseTo(48.016, 2); // The second before 47.476 and the collapse.
    expect(lowestShownHz).toBe(40);
    const dead = seen.filter(({ voltageRatio }) => voltageRatio < 0.8);
    expect(dead[0]?.atS).toBe(64);
    expect(dead.every(({ frequencyHz }) => frequencyHz >= 40 && frequencyHz < 47.5)).toBe(true);
    expect(plant.counts().blackoutsCount).toBe(3);
    expect(plant.minersKwAt(600_000)).toBe(0);
  },
  "island-hydro.yaml": (file) => {
    const unmanaged = play(file, 200);
    expect(unmanaged.plant.counts().blackoutsCount).toBe(3);
    const shed = (plant: Plant, monoMs: number): void => {
      const hertz = plant.gridAt(monoMs).frequencyHz ?? 0;
      const stage = Math.min(8, Math.floor((49.7 - hertz) / 0.025));
      for (const miner of plant.miners.slice(0, Math.max(0, 20 * stage))) {
        if (miner.stateAt(monoMs).mode === "hashing") miner.command("sleep", monoMs);
      }
    };
    const managed = play(file, 200, shed);
    expect(managed.plant.counts().blackoutsCount).toBe(0);
    expect(managed.at(125)).toBeGreaterThan(49.7); // The governor takes the mill without help.
    expect(managed.lowestLiveHz).toBeGreaterThan(49.4);
    expect(managed.at(1_799)).toBeGreaterThan(49.9);
    expect(managed.plant.minersKwAt(1_800_000)).toBeGreaterThan(100);
  },
  "hydro-falls.yaml": (file) => {
    const available: number[] = [];
    const note = (plant: Plant, monoMs: number): void => {
      available.push(plant.availableKwAt(monoMs) ?? Number.NaN);
    };
    const unmanaged = play(file, 1_000, note);
    expect(unmanaged.plant.counts().blackoutsCount).toBe(3);
    expect(available[140]).toBeGreaterThan(830);
    expect(available[140]).toBeLessThan(870);
    // A site that stays below what is there never sees the frequency fall far.
    const below = (plant: Plant, monoMs: number): void => {
      const roomKw = (plant.availableKwAt(monoMs) ?? 0) * 0.7 - 12;
      for (const miner of plant.miners.slice(0, Math.max(0, 160 - Math.floor(roomKw / 3.5)))) {
        if (miner.stateAt(monoMs).mode === "hashing") miner.command("sleep", monoMs);
      }
    };
    const managed = play(file, 200, below);
    expect(managed.plant.counts().blackoutsCount).toBe(0);
    expect(managed.plant.minersKwAt(740_000)).toBeLessThan(470);
    expect(managed.plant.availableKwAt(900_000)).toBeGreaterThan(800);
  },
  "blackout-and-return.yaml": (file) => {
    const { plant, seen } = play(file, 1_000);
    const dark = seen.filter(({ voltageRatio }) => voltageRatio < 0.8);
    expect(dark).toHaveLength(120);
    expect(dark.every(({ frequencyHz }) => frequencyHz > 45)).toBe(true);
    expect(plant.counts()).toMatchObject({ blackoutsCount: 3, startsCount: 160 });
    expect(plant.minersKwAt(1_500_000)).toBeGreaterThan(500);
  },
  "calm-day.yaml": (file) => {
    const { live, plant } = play(file, 1_000);
    const values = live.map(({ frequencyHz }) => frequencyHz);
    const meanHz = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, hz) => a + (hz - meanHz) ** 2, 0) / values.length;
    expect(meanHz).toBeCloseTo(50, 2);
    expect(Math.sqrt(variance)).toBeCloseTo(0.019, 2);
    expect(Math.min(...values)).toBeGreaterThan(49.9);
    expect(plant.counts()).toMatchObject({ startsCount: 0, stopsCount: 0 });
  },
  "staged-dip.yaml": (file) => {
    const { at, lowestLiveHz } = play(file, 50);
    expect(at(11.9)).toBe(50);
    expect(lowestLiveHz).toBe(49.55);
    expect(at(37)).toBe(50);
    const stages = [19, 21, 23, 25, 27, 29].map((atS) => at(atS));
    expect(stages).toEqual([49.67, 49.645, 49.62, 49.595, 49.57, 49.55]);
  },
  "deep-dip.yaml": (file) => {
    const { at, lowestLiveHz } = play(file, 100);
    expect(lowestLiveHz).toBe(49.2);
    expect((at(32) - at(31)) / 1).toBeCloseTo(-0.25, 6);
    expect(at(120)).toBe(50);
  },
  "meter-dies.yaml": (file) => {
    expect(load(file).faults.map(({ kind }) => kind)).toEqual(["meter-silent", "meter-frozen"]);
    expect(play(file, 1_000).lowestLiveHz).toBeGreaterThan(49.9);
  },
  "broker-dies.yaml": (file) => {
    const [, second] = load(file).faults;
    expect(second).toMatchObject({ kind: "broker-down", atS: 900, durationS: 90 });
    const { at, lowestLiveHz } = play(file, 1_000);
    expect(lowestLiveHz).toBeCloseTo(49.4, 6);
    expect(at(930)).toBeCloseTo(49.4, 6); // In the middle of the second outage.
  },
};

test("there are scenarios, and figures only for those", () => {
  expect(files.length).toBeGreaterThan(0);
  expect(Object.keys(figures).filter((file) => !files.includes(file))).toEqual([]);
});

describe.each(files)("%s", (file) => {
  test("keeps to the schema and bears its file's name", () => {
    expect(`${load(file).name}.yaml`).toBe(file);
  });

  test("ends its script when it says it ends", () => {
    const { grid, durationS } = load(file);
    if (grid.kind !== "script") return expect(grid.kind).toBe("swing");
    const ends = grid.steps.flatMap((step) => (step.kind === "voltage" ? [] : [step.untilS]));
    expect(ends.at(-1)).toBeLessThanOrEqual(durationS);
  });

  test("shows its key figures", () => {
    const check = figures[file];
    expect(check).toBeDefined();
    check?.(file);
  });
});

describe("the schema refuses", () => {
  const good = load("meter-dies.yaml");
  test.each([
    ["an unknown key", { ...good, extra: 1 }],
    ["steps out of order", withSteps([9, 5])],
    ["a step that takes no time", withSteps([5, 5])],
    ["a fault after the end", { ...good, faults: [{ ...good.faults[0], atS: 1_500 }] }],
    ["an unknown fault", { ...good, faults: [{ ...good.faults[0], kind: "gremlins" }] }],
    ["a frequency without sense", { ...good, nominalHz: 0 }],
    ["a scenario that expects nothing", { ...good, expectations: [] }],
  ])("%s", (_name, scenario) => {
    expect(Scenario.safeParse(good).success).toBe(true);
    expect(Scenario.safeParse(scenario).success).toBe(false);
  });

  function withSteps(ends: readonly number[]) {
    const steps = ends.map((untilS) => ({ kind: "hold", untilS }));
    return { ...good, grid: { kind: "script", steps } };
  }
});
