import { fleetStatus } from "@ballast/contracts";
import { expect, test } from "@jest/globals";
import { asleep, unitOf } from "../../test/units.ts";
import { Fleet } from "./fleet.ts";
import { fleetNumbers } from "./fleet-numbers.ts";

test("the numbers count what is known, and take the label for what is not", () => {
  const fleet = new Fleet([
    unitOf(0, { state: { powerW: 3_400 } }),
    unitOf(1, { state: { powerW: undefined } }),
    unitOf(2, { state: asleep }),
    unitOf(3, { state: { ...asleep, powerW: undefined } }),
    unitOf(4, { state: { hearing: "unreachable", evidence: "unclear", powerW: undefined } }),
    unitOf(5, { state: { wanted: "sleep", isUnresponsive: true } }),
    unitOf(6, { state: { mode: "no-pool", powerW: 100 } }),
  ]);
  const numbers = fleetNumbers(fleet, 14_000);
  expect(numbers).toEqual({
    isReadBack: true,
    minerCount: 7,
    hashingCount: 2,
    startingCount: 0,
    stoppingCount: 1,
    sleepingCount: 2,
    faultyCount: 1,
    unknownCount: 1,
    unresponsiveCount: 1,
    ratedKw: 24.5,
    commandedKw: 17.5,
    measuredKw: 14.06,
    targetKw: 14,
    cyclesMinCount: 0,
    cyclesMaxCount: 0,
  });
  const { hashingCount, startingCount, stoppingCount, sleepingCount, faultyCount, unknownCount } =
    numbers;
  expect(
    hashingCount + startingCount + stoppingCount + sleepingCount + faultyCount + unknownCount,
  ).toBe(numbers.minerCount);
  expect(fleetStatus.payload.safeParse({ atMs: 1, ...numbers }).success).toBe(true);
});

test("the book's sums follow every change", () => {
  const fleet = new Fleet([unitOf(0), unitOf(1, { state: { hearing: "unheard" } })]);
  expect([fleet.countedW, fleet.restingCount, fleet.isReadBack]).toEqual([7_000, 0, false]);
  fleet.change(0, asleep);
  fleet.change(1, { hearing: "heard" });
  expect([fleet.countedW, fleet.restingCount, fleet.isReadBack]).toEqual([3_500, 1, true]);
  fleet.change(0, { isUnresponsive: true });
  expect(fleet.countedW).toBe(7_000);
  fleet.change(0, { isUnresponsive: false, hearing: "unreachable" });
  expect(fleet.countedW).toBe(7_000);
});
