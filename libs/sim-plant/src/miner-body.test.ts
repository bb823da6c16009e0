import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fleetOf } from "./fleet-of.ts";
import { overshootMaxRatio } from "./miner-course.ts";
import { createPlant, type Plant } from "./plant.ts";
import type { ScriptStep } from "./scenario.ts";
import type { MinerSpec, MinerState, SimulatedMiner } from "./simulated-miner.ts";

const second = 1_000;
const minute = 60 * second;

/** One unit on a healthy grid, or on one that is dark while `darkS` says. */
function oneMiner(
  facts: Partial<MinerSpec> = {},
  darkS?: readonly [number, number],
  seed = 1,
): { readonly miner: SimulatedMiner; readonly plant: Plant } {
  const [fromS, untilS] = darkS ?? [0, 0];
  const dark: readonly ScriptStep[] = [
    { kind: "hold", untilS: fromS },
    { kind: "dead-bus", untilS, voltageRatio: 0.001, readingToHz: 45 },
  ];
  const end: ScriptStep = { kind: "hold", untilS: 100_000 };
  const steps = darkS === undefined ? [end] : [...dark, end];
  const scenario = { nominalHz: 50, grid: { kind: "script", steps } } as const;
  const plant = createPlant({ seed, scenario, miners: fleetOf(1, facts), startMonoMs: 0 });
  const [miner] = plant.miners;
  if (miner === undefined) throw new Error("a fleet of one has one");
  return { miner, plant };
}

describe("a unit told to sleep", () => {
  test("falls in a straight line to standby within its stop time", () => {
    const { miner } = oneMiner({ stopMs: 10 * second });
    const { powerW: fullW } = miner.stateAt(0);
    expect(miner.command("sleep", second)).toBe("accepted");
    expect(miner.stateAt(second).mode).toBe("stopping");
    expect(miner.stateAt(6 * second).powerW).toBeCloseTo((fullW + 40) / 2, 6);
    expect(miner.stateAt(11 * second)).toMatchObject({ mode: "sleeping", powerW: 40 });
  });

  test("reports hashrates that decay instead of dropping, the longer the window the slower", () => {
    const { miner } = oneMiner();
    const before = miner.stateAt(0);
    miner.command("sleep", 0);
    const after = miner.stateAt(65 * second);
    expect(after.hashrate5sThs).toBeLessThan(before.hashrate5sThs * 0.01);
    expect(after.hashrate5sThs).toBeGreaterThan(0);
    expect(after.hashrate1mThs).toBeLessThan(before.hashrate1mThs * 0.5);
    expect(after.hashrate5mThs).toBeGreaterThan(before.hashrate5mThs * 0.7);
    expect(after.hashrate15mThs).toBeGreaterThan(after.hashrate5mThs);
    expect(after.hashrateMeanThs).toBeGreaterThan(before.hashrateMeanThs * 0.9);
  });

  test("cools down towards the air it breathes", () => {
    const { miner } = oneMiner();
    const hot = miner.stateAt(0);
    expect(hot.chipMaxC).toBeGreaterThan(hot.boardC);
    expect(hot.boardC).toBeGreaterThan(55);
    miner.command("sleep", 0);
    const cool = miner.stateAt(30 * minute);
    expect(cool.boardC - cool.inletC).toBeLessThan(2);
    expect(cool.inletC).toBeLessThan(hot.inletC);
  });

  test("keeps to its plan when told again", () => {
    const { miner, plant } = oneMiner();
    miner.command("sleep", 0);
    miner.command("sleep", 2 * second);
    expect(miner.stateAt(5 * second).mode).toBe("sleeping");
    expect(plant.counts()).toMatchObject({ commandsCount: 2, stopsCount: 1 });
  });
});

describe("a unit told to wake", () => {
  const timed = {
    bootMs: { minMs: 90 * second, maxMs: 90 * second },
    rampMs: { minMs: 60 * second, maxMs: 60 * second },
  };

  test("boots without hashes at 5 to 20 % of its rating, then ramps to full", () => {
    const { miner } = oneMiner({ ...timed, initialMode: "sleeping" });
    expect(miner.stateAt(0)).toMatchObject({ mode: "sleeping", powerW: 40, hashrate5sThs: 0 });
    miner.command("wake", 0);
    const boot = miner.stateAt(89 * second);
    expect(boot).toMatchObject({ mode: "starting", isReachable: true, hashrate5sThs: 0 });
    expect(boot.powerW).toBeGreaterThanOrEqual(175);
    expect(boot.powerW).toBeLessThanOrEqual(700);
    const ramp = miner.stateAt(120 * second);
    expect(ramp.mode).toBe("hashing");
    expect(ramp.hashrate5sThs).toBeGreaterThan(50);
    expect(ramp.hashrate5sThs).toBeLessThan(150);
    expect(miner.stateAt(152 * second).powerW).toBeGreaterThan(3_600);
  });

  test("from cold overshoots its rating for minutes, and settles", () => {
    const { miner } = oneMiner({ ...timed, initialMode: "sleeping" });
    miner.command("wake", 0);
    const peakW = miner.stateAt(151 * second).powerW;
    expect(peakW).toBeGreaterThan(3_500 * 1.05);
    expect(peakW).toBeLessThanOrEqual(3_500 * overshootMaxRatio);
    expect(miner.stateAt(150 * second + 2 * minute).powerW).toBe(peakW);
    const settledW = miner.stateAt(30 * minute).powerW;
    expect(Math.abs(settledW / 3_500 - 1)).toBeLessThanOrEqual(0.021);
  });

  test("while still warm goes straight to its own full power", () => {
    const { miner } = oneMiner({
      bootMs: { minMs: second, maxMs: second },
      rampMs: { minMs: second, maxMs: second },
    });
    const { powerW: fullW } = miner.stateAt(0);
    miner.command("sleep", 0);
    miner.command("wake", 6 * second);
    expect(miner.stateAt(8 * second).powerW).toBeCloseTo(fullW, 6);
  });

  test("while stopping starts at once", () => {
    const { miner } = oneMiner();
    miner.command("sleep", 0);
    miner.command("wake", 2 * second);
    expect(miner.stateAt(2 * second).mode).toBe("starting");
    expect(miner.stateAt(10 * minute).mode).toBe("hashing");
  });
});

describe("misbehaviour", () => {
  test("a lying unit acknowledges and carries on", () => {
    const { miner, plant } = oneMiner({ misbehaviour: "lying" });
    expect(miner.command("sleep", 0)).toBe("accepted");
    expect(miner.stateAt(10 * minute).mode).toBe("hashing");
    expect(plant.drainEvents()).toEqual([
      {
        kind: "command",
        monoMs: 0,
        minerId: "miner-0001",
        command: "sleep",
        outcome: "ignored-by-lying",
      },
    ]);
    miner.setMisbehaviour("none");
    miner.command("sleep", 10 * minute);
    expect(miner.stateAt(10 * minute).mode).toBe("stopping");
  });

  test("a slow unit obeys its latest wish, 20 s later", () => {
    const { miner } = oneMiner({ misbehaviour: "slow" });
    miner.command("sleep", 0);
    expect(miner.stateAt(19 * second).mode).toBe("hashing");
    expect(miner.stateAt(20 * second).mode).toBe("stopping");
    miner.command("wake", 60 * second);
    miner.command("sleep", 70 * second);
    expect(miner.stateAt(89 * second).mode).toBe("sleeping");
    expect(miner.stateAt(10 * minute)).toMatchObject({ mode: "sleeping", startCount: 0 });
  });

  test("a unit that is cured forgets what it was slow about", () => {
    const { miner } = oneMiner({ misbehaviour: "slow" });
    miner.command("sleep", 0);
    miner.setMisbehaviour("none");
    miner.command("wake", 5 * second);
    expect(miner.stateAt(10 * minute).mode).toBe("hashing");
  });
});

describe("a loss of power", () => {
  const darkS = [60, 120] as const;

  test("takes everything, and the unit is back hashing later, its counters new", () => {
    const { miner } = oneMiner({}, darkS);
    const before = miner.stateAt(59 * second);
    expect(before.acceptedCount).toBeGreaterThan(700);
    const dark = miner.stateAt(90 * second);
    expect(dark).toMatchObject({ mode: "off", isReachable: false, powerW: 0, uptimeMs: 0 });
    expect(miner.command("wake", 91 * second)).toBe("unreachable");
    const booting = miner.stateAt(125 * second);
    expect(booting).toMatchObject({ mode: "starting", isReachable: false, acceptedCount: 0 });
    const back = miner.stateAt(30 * minute);
    expect(back).toMatchObject({ mode: "hashing", isReachable: true, startCount: 1 });
    expect(back.uptimeMs).toBe(28 * minute);
    expect(back.acceptedCount).toBeGreaterThan(100);
    expect(back.acceptedCount).toBeLessThan(before.acceptedCount);
  });

  test.each([
    { doesSleepSurviveReboot: true, mode: "sleeping", startCount: 0 },
    { doesSleepSurviveReboot: false, mode: "hashing", startCount: 1 },
  ])("finds a sleeper $mode if sleep survives: $doesSleepSurviveReboot", (expected) => {
    const { doesSleepSurviveReboot, mode, startCount } = expected;
    const { miner } = oneMiner({ doesSleepSurviveReboot }, darkS);
    miner.command("sleep", 0);
    expect(miner.stateAt(122 * second).isReachable).toBe(false);
    expect(miner.stateAt(30 * minute)).toMatchObject({ mode, startCount, isReachable: true });
  });

  test("makes a slow unit forget", () => {
    const { miner } = oneMiner({ misbehaviour: "slow" }, [10, 12]);
    miner.command("sleep", 0);
    expect(miner.stateAt(30 * minute).mode).toBe("hashing");
  });
});

const act = fc.record({
  waitMs: fc.nat(400_000),
  command: fc.constantFrom("sleep", "wake", "look" as const),
  misbehaviour: fc.constantFrom("none", "none", "slow", "lying" as const),
});

const numbersOf = (state: MinerState): readonly number[] =>
  Object.values(state).filter((value) => typeof value === "number");

test("whatever is asked of it, a unit stays inside its envelope", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.integer(), (acts, seed) => {
      const { miner } = oneMiner({}, [1_000, 1_400], seed);
      let monoMs = 0;
      let energyKwh = 0;
      for (const { waitMs, command, misbehaviour } of acts) {
        monoMs += waitMs;
        miner.setMisbehaviour(misbehaviour);
        if (command !== "look") miner.command(command, monoMs);
        const state = miner.stateAt(monoMs);
        expect(numbersOf(state).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        const floorW = state.mode === "off" ? 0 : miner.spec.standbyW;
        expect(state.powerW).toBeGreaterThanOrEqual(floorW - 1e-9);
        expect(state.powerW).toBeLessThanOrEqual(miner.spec.ratedW * overshootMaxRatio);
        expect(state.energyKwh).toBeGreaterThanOrEqual(energyKwh);
        energyKwh = state.energyKwh;
      }
    }),
  );
});
