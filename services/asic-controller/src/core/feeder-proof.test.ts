import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { asleep, unitOf, unitsOf } from "../../test/units.ts";
import { type FeederProof, provenAsleep } from "./feeder-proof.ts";
import type { UnitState } from "./unit.ts";

const ordersAtMs = 1_000;
const follows: FeederProof = { state: "follows", commandsAtMs: ordersAtMs, toleranceKw: 1.7 };
const mute: Partial<UnitState> = {
  ...asleep,
  evidence: "unclear",
  mode: "unknown",
  powerW: undefined,
};

/** Eight that hash, one that is proven asleep by itself, and one that tells nothing. */
const feeder = (changes: Partial<UnitState> = {}) =>
  unitsOf(10, (index) => ({
    state: index === 9 ? mute : index === 8 ? asleep : index === 0 ? changes : {},
  }));
const provenIds = (proof: FeederProof, units = feeder()) =>
  provenAsleep(units, proof, ordersAtMs).map(({ facts }) => facts.id);

describe("a feeder's meter proves the sleep of a unit that tells nothing", () => {
  test("where it follows the latest orders", () => {
    expect(provenIds(follows)).toEqual(["m0009"]);
  });

  test.each(["settling", "above", "below", "unknown"] as const)("not where it is %s", (state) => {
    expect(provenIds({ ...follows, state })).toEqual([]);
  });

  test("not by orders of before, nor by those of another calendar", () => {
    expect(provenIds({ ...follows, commandsAtMs: ordersAtMs - 1 })).toEqual([]);
    expect(provenIds({ ...follows, commandsAtMs: ordersAtMs + 1 })).toEqual([]);
  });

  test("not where one unit that ran on would not show", () => {
    expect(provenIds({ ...follows, toleranceKw: 1.76 })).toEqual([]);
  });

  test.each<[string, Partial<UnitState>]>([
    ["boots", { mode: "starting", powerW: 400 }],
    [
      "was just told to run",
      { attempt: { count: 1, firstMonoMs: 0, lastMonoMs: 0, outcome: "accepted" } },
    ],
    ["is out of reach", { hearing: "unreachable", evidence: "unclear", mode: "unknown" }],
    ["tells nothing", { evidence: "unclear", mode: "unknown" }],
    ["should sleep and does not", { wanted: "sleep" }],
  ])("not beside a unit that %s", (_, changes) => {
    expect(provenIds(follows, feeder(changes))).toEqual([]);
  });

  test("never one that is wanted running, that shows signs of life or that cannot be reached", () => {
    const state = fc.record({
      wanted: fc.constantFrom("run" as const, "sleep" as const),
      hearing: fc.constantFrom("heard" as const, "unheard" as const, "unreachable" as const),
      evidence: fc.constantFrom("asleep" as const, "awake" as const, "unclear" as const),
      mode: fc.constantFrom("hashing" as const, "sleeping" as const, "starting" as const),
    });
    let provenCount = 0;
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 3 }), (states) => {
        const units = states.map((changes, index) => unitOf(index, { state: changes }));
        for (const { state: proven } of provenAsleep(units, follows, ordersAtMs)) {
          provenCount += 1;
          expect(proven).toMatchObject({
            wanted: "sleep",
            hearing: "heard",
            evidence: "unclear",
          });
        }
      }),
      { numRuns: 2_000 },
    );
    expect(provenCount).toBeGreaterThan(10);
  });
});
