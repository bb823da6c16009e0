import { expect, test } from "@jest/globals";
import type { PlannedRead } from "../plan-meter.ts";
import type { Quantity } from "../quantities.ts";
import { nextRound, withAnswer, withoutRefused } from "./slow-round.ts";

const read = (address: number, ...names: readonly Quantity[]): PlannedRead => ({
  request: { table: "holding", address, wordCount: 2 },
  quantities: names,
});
const volts = read(0, "voltageL1V", "voltageL2V");
const power = read(10, "powerKw");
const energy = read(20, "energyImportKwh");
const plan = { everySecond: [volts, power], everyMinute: [energy] };

test("the first round brings everything, the next one is due a second later", () => {
  const first = nextRound(undefined, undefined, 1_000, plan);
  expect(first).toMatchObject({ hasEnergy: true, round: { pending: [volts, power, energy] } });
  expect(nextRound(first?.round, 1_000, 1_899, plan)).toBeUndefined();
  const second = nextRound(first?.round, 1_000, 1_900, plan);
  expect(second).toMatchObject({ hasEnergy: false, round: { pending: [volts, power] } });
  expect(nextRound(first?.round, 1_000, 61_000, plan)?.hasEnergy).toBe(true);
});

test("answers gather until nothing is pending", () => {
  const { round } = nextRound(undefined, 0, 0, plan) ?? {};
  if (round === undefined) throw new Error("the first round is due");
  const half = withAnswer(round, { voltageL1V: 230 });
  expect(half).toMatchObject({ pending: [power], reading: { voltageL1V: 230 } });
  const whole = withAnswer(half, { powerKw: 500 });
  expect(whole).toMatchObject({ pending: [], reading: { voltageL1V: 230, powerKw: 500 } });
});

test("a refused request is taken apart once, and then given up", () => {
  const planOne = (quantity: Quantity) => [read(quantity === "voltageL1V" ? 0 : 2, quantity)];
  const apart = withoutRefused([volts, power], volts, planOne);
  expect(apart).toEqual([read(0, "voltageL1V"), read(2, "voltageL2V"), power]);
  const [refused] = apart;
  if (refused === undefined) throw new Error("three requests are left");
  expect(withoutRefused(apart, refused, planOne)).toEqual([read(2, "voltageL2V"), power]);
});
