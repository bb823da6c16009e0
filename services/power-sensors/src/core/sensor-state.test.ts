import { assertDefined } from "@ballast/kernel";
import { kindOf, type SensorQuantity, type SensorUpdate } from "@ballast/sensor-drivers";
import { describe, expect, test } from "@jest/globals";
import type * as z from "zod";
import { SensorConfig } from "../config.ts";
import { lookAt } from "./read-sensor.ts";
import { rulesFor, type SensorRules } from "./sensor-rules.ts";
import { type SensorState, type Taken, takeUpdate, unknownSensor } from "./sensor-state.ts";

const nothing: SensorUpdate = {
  values: {},
  refused: [],
  availability: undefined,
  deviceAtMs: undefined,
  deviceFault: undefined,
};
const wallAtMs = Date.UTC(2026, 2, 14, 9, 26);
const whole: readonly SensorQuantity[] = ["powerKw", "voltageL1V", "currentL1A", "apparentKva"];

function rules(
  more: Partial<z.input<typeof SensorConfig>> = {},
  told: readonly SensorQuantity[] = whole,
  facts: Partial<Parameters<typeof rulesFor>[1]> = {},
): SensorRules {
  const settings = { topic: "t" };
  const sensor = SensorConfig.parse({
    id: "s",
    kind: "tasmota-energy",
    role: "other",
    settings,
    ...more,
  });
  const kind = assertDefined(kindOf("tasmota-energy"), "it exists");
  return rulesFor({ ...sensor, intervalMs: 10_000 }, { ...kind, ...facts }, told);
}

/** Plays updates, ten seconds apart unless they say otherwise. */
function play(
  updates: readonly (Partial<SensorUpdate> & { atMonoMs?: number; isRetained?: boolean })[],
  own = rules(),
) {
  let state: SensorState = unknownSensor;
  let nowMonoMs = 0;
  const outcomes: Taken["outcome"][] = [];
  for (const { atMonoMs, isRetained = false, ...update } of updates) {
    nowMonoMs = atMonoMs ?? nowMonoMs + 10_000;
    const arrival = { nowMonoMs, wallAtMs: wallAtMs + nowMonoMs, isRetained };
    const taken = takeUpdate(state, { ...nothing, ...update }, arrival, own);
    state = taken.state;
    outcomes.push(taken.outcome);
  }
  return { state, outcomes, look: lookAt(state, own, nowMonoMs), own, nowMonoMs };
}

const power = (powerKw: number) => ({ values: { powerKw } });

describe("a value's age is its own", () => {
  test("voltage that goes on does not keep power fresh", () => {
    const volts = (voltageL1V: number) => ({ values: { voltageL1V } });
    const { look } = play([power(5), volts(230), volts(231), volts(230), volts(231)]);
    expect(look).toMatchObject({ state: "lost", doubt: "stale", values: {} });
  });

  test("phases one by one make a sum that is as old as its oldest part", () => {
    const told = ["powerL1Kw", "powerL2Kw"] as const;
    const own = rules({}, told);
    const one = play([{ values: { powerL1Kw: 1 } }], own);
    expect(one.look.state).toBe("lost"); // Half of a sum is no sum.
    const both = play([{ values: { powerL1Kw: 1 } }, { values: { powerL2Kw: 2 } }], own);
    expect(both.look).toMatchObject({ state: "good", ageMs: 10_000, values: { powerKw: 3 } });
  });

  test("of a repeated cache only what changed is news", () => {
    const own = rules({}, whole, { isCacheRepeated: true });
    const said = (powerKw: number, voltageL1V: number) => ({ values: { powerKw, voltageL1V } });
    expect(play([said(5, 230)], own).look).toMatchObject({ doubt: "retained" });
    expect(play([said(5, 230), said(6, 230)], own).look).toMatchObject({ state: "good", ageMs: 0 });
    const steady = [said(5, 230), said(6, 230), ...[1, 2, 3, 4].map((step) => said(6, 230 + step))];
    expect(play(steady, own).look.state).toBe("lost");
  });
});

describe("the device's own clock", () => {
  const at = (powerKw: number, offsetMs: number) => ({
    ...power(powerKw),
    deviceAtMs: wallAtMs + offsetMs,
  });

  test("tells late messages and doubled ones", () => {
    const { outcomes, look } = play([at(5, 10_000), at(6, 20_000), at(5, 10_000), at(6, 20_000)]);
    expect(outcomes).toEqual(["accepted", "accepted", "reordered", "duplicate"]);
    expect(look).toMatchObject({ values: { powerKw: 6 }, ageMs: 20_000 });
  });

  test("is believed again after it was set back", () => {
    const { outcomes } = play([
      at(5, 60_000),
      at(6, 20_000),
      at(7, 30_000),
      at(8, 40_000),
      at(9, 50_000),
    ]);
    expect(outcomes).toEqual(["accepted", "reordered", "reordered", "accepted", "accepted"]);
  });

  test("is information only when it is far off", () => {
    const { outcomes } = play([at(5, 10_000), at(6, -3_600_000), at(7, -3_700_000)]);
    expect(outcomes).toEqual(["accepted", "accepted", "accepted"]);
  });
});

describe("what contradicts itself is suspect", () => {
  const said = (voltageL1V: number, currentL1A: number, powerKw: number, apparentKva?: number) =>
    play([
      {
        values: {
          voltageL1V,
          currentL1A,
          powerKw,
          ...(apparentKva !== undefined && { apparentKva }),
        },
      },
    ]).look;

  test.each([
    { name: "a sound load", values: [230, 15, 3.4, 3.45], doubt: undefined },
    { name: "a power that V and A cannot carry", values: [230, 10, 3.4], doubt: "inconsistent" },
    {
      name: "an apparent power off by a fifth",
      values: [230, 15, 2.5, 2.8],
      doubt: "inconsistent",
    },
    { name: "a small load with few digits", values: [230, 0, 0.011], doubt: undefined },
    { name: "half a voltage", values: [114, 15, 1.2], doubt: "out-of-range" },
    { name: "a voltage between phases", values: [400, 15, 3.4], doubt: "out-of-range" },
  ] as const)("$name: $doubt", ({ values: [voltageV, currentA, powerKw, apparentKva], doubt }) => {
    expect(said(voltageV, currentA, powerKw, apparentKva).doubt).toBe(doubt);
  });

  test("values of different moments are not held against each other", () => {
    const late = play([{ values: { voltageL1V: 230, currentL1A: 1 } }, power(3)]);
    expect(late.look.state).toBe("good");
  });

  test("a device that reports a fault is suspect until it reports power without one", () => {
    const faulty = { deviceFault: "power_meter_failure" };
    expect(play([power(5), faulty]).look).toMatchObject({ doubt: "device-fault" });
    expect(play([power(5), faulty, { values: { voltageL1V: 230 } }, power(5)]).look.state).toBe(
      "good",
    );
  });
});

describe("ratios, sign and calibration", () => {
  test("multiply what the sensor tells, and nothing that is no power of it", () => {
    const own = rules({
      currentTransformerRatio: 40,
      voltageTransformerRatio: 2,
      nominalV: 460,
      isReversed: true,
      calibrationFactorRatio: 1.05,
      calibrationOffsetKw: 0.5,
    });
    const values = {
      powerKw: -1,
      availableKw: 500,
      voltageL1V: 230,
      currentL1A: 5,
      energyExportKwh: 10,
    };
    const { look } = play([{ values }], { ...own, quantities: [...whole, "availableKw"] });
    expect(look.values.powerKw).toBeCloseTo(80 * 1.05 + 0.5, 9);
    expect(look.values).toMatchObject({ availableKw: 500, voltageL1V: 460, currentL1A: 200 });
    expect(look.values.energyImportKwh).toBeCloseTo(10 * 80 * 1.05, 9);
    expect(look.values.energyExportKwh).toBeUndefined();
  });
});

test("a retained word never replaces a live one", () => {
  const { look, outcomes } = play([power(5), { ...power(99), isRetained: true }]);
  expect(outcomes).toEqual(["accepted", "retained"]);
  expect(look).toMatchObject({ state: "good", values: { powerKw: 5 } });
});

test("unknown is never zero: an empty message leaves an unknown sensor unknown", () => {
  const { look, outcomes } = play([{ refused: ["powerKw: null"] }, {}]);
  expect(outcomes).toEqual(["refused", "beside"]);
  expect(look).toMatchObject({ state: "lost", values: {}, ageMs: undefined });
});
