import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fleetOf } from "./fleet-of.ts";
import { createPlant, type Plant } from "./plant.ts";
import { Scenario, type ScriptStep } from "./scenario.ts";
import type { MinerCommand } from "./simulated-miner.ts";

const endless: ScriptStep = { kind: "hold", untilS: 100_000 };
const scripted = (...steps: readonly ScriptStep[]) =>
  ({ nominalHz: 50, grid: { kind: "script", steps: [...steps, endless] } }) as const;

/** A small island on which thirty units matter. */
const island = Scenario.parse({
  name: "island",
  title: "island",
  description: "An island for tests.",
  durationS: 600,
  nominalHz: 50,
  grid: {
    kind: "swing",
    ratedKw: 200,
    inertiaS: 4,
    droopRatio: 0.04,
    governorTimeS: 0.5,
    governorKwPerS: 40,
    resetTimeS: 40,
    minimumStableKw: 5,
    demandKw: 60,
    demandNoiseKw: 1,
    dampingRatio: 1,
    tripLowHz: 45,
    tripHighHz: 56,
    tripDelayS: 1,
  },
  expectations: ["It holds."],
});

const order = fc.record({
  atMs: fc.nat(300_000),
  index: fc.nat(29),
  command: fc.constantFrom<MinerCommand>("sleep", "wake"),
});
const orders = fc
  .array(order, { maxLength: 60 })
  .map((list) => list.toSorted((a, b) => a.atMs - b.atMs));

type Order = typeof order extends fc.Arbitrary<infer T> ? T : never;

const openPlant = (scenario: Parameters<typeof createPlant>[0]["scenario"], seed = 1): Plant =>
  createPlant({ seed, scenario, miners: fleetOf(30), startMonoMs: 5_000 });

/** Plays orders, looking at the plant at the given period in between, or never. */
function play(plant: Plant, list: readonly Order[], lookEveryMs: number | undefined): void {
  let nextLookMs = 0;
  for (const { atMs, index, command } of list) {
    for (; lookEveryMs !== undefined && nextLookMs < atMs; nextLookMs += lookEveryMs) {
      plant.feederAt(5_000 + nextLookMs);
      plant.miners[0]?.stateAt(5_000 + nextLookMs);
    }
    plant.miners[index]?.command(command, 5_000 + atMs);
  }
}

const picture = (plant: Plant) => ({
  feeder: plant.feederAt(305_000),
  miners: plant.miners.map((miner) => miner.stateAt(305_000)),
  events: plant.drainEvents(),
});

describe.each([
  ["on an island", island],
  [
    "through a blackout",
    scripted(
      { kind: "hold", untilS: 100 },
      { kind: "dead-bus", untilS: 150, voltageRatio: 0.001, readingToHz: 45 },
    ),
  ],
])("%s", (_name, scenario) => {
  test("the same seed gives the same plant, however often one looks", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        orders,
        fc.integer({ min: 37, max: 9_000 }),
        (seed, list, lookMs) => {
          const [blind, watched] = [openPlant(scenario, seed), openPlant(scenario, seed)];
          play(blind, list, undefined);
          play(watched, list, lookMs);
          expect(picture(watched)).toEqual(picture(blind));
        },
      ),
      { numRuns: 15 },
    );
  });

  test("another seed gives another", () => {
    expect(picture(openPlant(scenario, 2))).not.toEqual(picture(openPlant(scenario, 1)));
  });

  test("the feeder carries what its miners and the base load draw, in power and in energy", () => {
    fc.assert(
      fc.property(orders, fc.nat(300_000), (list, lookMs) => {
        const plant = openPlant(scenario);
        const upTo = list.filter(({ atMs }) => atMs <= lookMs);
        play(plant, upTo, undefined);
        const monoMs = 5_000 + lookMs;
        const feeder = plant.feederAt(monoMs);
        const states = plant.miners.map((miner) => miner.stateAt(monoMs));
        const minersKw = states.reduce((kw, { powerW }) => kw + powerW / 1_000, 0);
        expect(plant.minersKwAt(monoMs)).toBeCloseTo(minersKw, 6);
        const baseKw = feeder.powerKw - minersKw;
        const isLive = feeder.voltagesV[0] > 100;
        expect(Math.abs(baseKw - (isLive ? 12 : 0))).toBeLessThan(0.5);
        const [l1, l2, l3] = feeder.phasePowersKw;
        expect(l1 + l2 + l3).toBeCloseTo(feeder.powerKw, 9);
      }),
      { numRuns: 30 },
    );
  });
});

test("energy in equals energy used: a base load of nothing leaves only the miners", () => {
  fc.assert(
    fc.property(orders, (list) => {
      const dark = { kind: "dead-bus", voltageRatio: 0, readingToHz: 45 } as const;
      const scenario = scripted({ kind: "hold", untilS: 100 }, { ...dark, untilS: 150 });
      const site = { baseKw: 0 };
      const plant = createPlant({
        seed: 3,
        scenario,
        miners: fleetOf(30),
        startMonoMs: 5_000,
        site,
      });
      play(plant, list, undefined);
      const usedKwh = plant.miners.reduce((kwh, one) => kwh + one.stateAt(400_000).energyKwh, 0);
      expect(plant.feederAt(400_000).energyImportKwh).toBeCloseTo(usedKwh, 6);
    }),
    { numRuns: 30 },
  );
});

test("the energy counter is the area under the power, through a blackout too", () => {
  const dark = { kind: "dead-bus", voltageRatio: 0.001, readingToHz: 45 } as const;
  const plant = openPlant(scripted({ kind: "hold", untilS: 80 }, { ...dark, untilS: 100 }));
  let areaKwh = 0;
  for (let monoMs = 5_050; monoMs < 125_000; monoMs += 100) {
    if (monoMs === 65_050) plant.miners[3]?.command("sleep", 65_000);
    areaKwh += (plant.feederAt(monoMs).powerKw * 100) / 3_600_000;
  }
  expect(plant.feederAt(125_000).energyImportKwh).toBeCloseTo(areaKwh, 4);
});

test("the feeders' powers add up to the miners' power, at every moment", () => {
  const miners = fleetOf(30).map((spec, index) => ({ ...spec, feeder: `rack-${index % 3}` }));
  fc.assert(
    fc.property(fc.array(order, { maxLength: 40 }), (orders) => {
      const plant = createPlant({ seed: 3, scenario: scripted(), miners, startMonoMs: 0 });
      for (const { atMs, index, command } of orders) plant.miners[index]?.command(command, atMs);
      for (let monoMs = 0; monoMs <= 600_000; monoMs += 7_000) {
        const sumKw = [0, 1, 2].reduce(
          (sum, rack) => sum + plant.minersKwOn(`rack-${rack}`, monoMs),
          0,
        );
        expect(sumKw).toBeCloseTo(plant.minersKwAt(monoMs), 6);
      }
      expect(plant.minersKwOn("rack-9", 600_000)).toBe(0);
    }),
    { numRuns: 20 },
  );
});

test("an island says what it could give beside everyone else; a large grid has no limit", () => {
  const isle = createPlant({ seed: 3, scenario: island, miners: fleetOf(30), startMonoMs: 0 });
  const availableKw = isle.availableKwAt(10_000);
  expect(availableKw).toBeGreaterThan(135);
  expect(availableKw).toBeLessThan(145);
  const grid = createPlant({ seed: 3, scenario: scripted(), miners: fleetOf(3), startMonoMs: 0 });
  expect(grid.availableKwAt(10_000)).toBeUndefined();
});

test("current, voltage and power agree on every phase", () => {
  const { voltagesV, currentsA, powerKw, reactiveKvar, apparentKva, powerFactorRatio } = openPlant(
    scripted(),
  ).feederAt(60_000);
  const kva = voltagesV.reduce((sum, volts, i) => sum + (volts * (currentsA[i] ?? 0)) / 1_000, 0);
  expect(kva).toBeCloseTo(apparentKva, 1);
  expect(Math.hypot(powerKw, reactiveKvar)).toBeCloseTo(apparentKva, 9);
  expect(powerFactorRatio).toBeGreaterThan(0.95);
  expect(powerFactorRatio).toBeLessThan(1);
});

test("on a dead bus the site draws exactly nothing, and its power factor is unknown", () => {
  const dark = { kind: "dead-bus", voltageRatio: 0.001, readingToHz: 45 } as const;
  const plant = openPlant(scripted({ kind: "hold", untilS: 10 }, { ...dark, untilS: 60 }));
  for (const [index, miner] of plant.miners.entries()) miner.command("sleep", 6_000 + index * 37);
  const feeder = plant.feederAt(40_000);
  expect(feeder).toMatchObject({ powerKw: 0, reactiveKvar: 0, currentsA: [0, 0, 0] });
  expect(feeder.powerFactorRatio).toBeUndefined();
  expect(feeder.voltagesV[0]).toBeLessThan(1);
  expect(feeder.frequencyHz).toBeGreaterThan(45);
});

test("one lost phase takes its own miners, and no others", () => {
  const lost: ScriptStep = { kind: "voltage", toRatios: [1, 0.1, 1] };
  const plant = openPlant(scripted({ kind: "hold", untilS: 10 }, lost));
  plant.advanceTo(30_000);
  const modes = plant.miners.map((miner) => [miner.phase, miner.stateAt(30_000).mode]);
  expect(modes.filter(([phase]) => phase === "L2").every(([, mode]) => mode === "off")).toBe(true);
  expect(modes.filter(([, mode]) => mode === "hashing")).toHaveLength(20);
  expect(plant.feederAt(30_000).phasePowersKw[1]).toBe(0);
  const blackouts = plant.drainEvents().filter(({ kind }) => kind === "blackout");
  expect(blackouts).toEqual([{ kind: "blackout", monoMs: 15_000, phase: "L2" }]);
  expect(plant.drainEvents()).toEqual([]);
});

test("returning voltage is told with the number of units that charge at once", () => {
  const dark = { kind: "dead-bus", voltageRatio: 0.001, readingToHz: 45 } as const;
  const plant = openPlant(scripted({ kind: "hold", untilS: 10 }, { ...dark, untilS: 60 }));
  plant.advanceTo(70_000);
  const returns = plant.drainEvents().filter(({ kind }) => kind === "power-return");
  expect(returns).toHaveLength(3);
  expect(returns[0]).toEqual({ kind: "power-return", monoMs: 65_000, phase: "L1", unitCount: 10 });
  expect(plant.counts()).toMatchObject({ startsCount: 30, stopsCount: 30, blackoutsCount: 3 });
});

test("the container warms with the load and cools without it", () => {
  const plant = openPlant(scripted());
  const warmC = plant.containerCAt(5_000);
  expect(warmC).toBeGreaterThan(31);
  for (const miner of plant.miners) miner.command("sleep", 5_000);
  const coolerC = plant.containerCAt(605_000);
  expect(coolerC).toBeLessThan(warmC - 4);
  plant.miners[0]?.command("wake", 605_000);
  expect(plant.containerCAt(605_001)).toBeCloseTo(coolerC, 3);
  plant.miners[0]?.command("sleep", 900_000);
  expect(plant.containerCAt(6_000_000)).toBeCloseTo(24, 0);
});

test("the past is the present", () => {
  const plant = openPlant(
    scripted({ kind: "hold", untilS: 10 }, { kind: "step", untilS: 20, toHz: 49 }),
  );
  expect(plant.gridAt(16_000).frequencyHz).toBe(49);
  expect(plant.gridAt(6_000).frequencyHz).toBe(49);
});

test("two units with one id are a broken promise", () => {
  const twins = [...fleetOf(1), ...fleetOf(1)];
  const open = () => createPlant({ seed: 1, scenario: scripted(), miners: twins, startMonoMs: 0 });
  expect(open).toThrow("its own id");
});
