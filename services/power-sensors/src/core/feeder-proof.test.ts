import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type FeederOrders, type FeederPicture, unproven, watchFeeder } from "./feeder-proof.ts";

const law = { settleMs: 60_000, toleranceRatio: 0.05, toleranceMinKw: 0.5, alarmAfterMs: 10_000 };

/** Nine of ten units run; the tenth was told to sleep at the beginning. */
const orders: FeederOrders = {
  changedAtMs: 1_700_000_000_000,
  changedMonoMs: 0,
  commandedKw: 31.5,
  plannedKw: 31.5,
  standbyKw: 0.05,
};

const at = (nowMonoMs: number, kw: number | undefined): FeederPicture => ({
  nowMonoMs,
  orders,
  measured: kw === undefined ? undefined : { kw, measuredMonoMs: nowMonoMs },
});
const stateAt = (nowMonoMs: number, kw: number | undefined) =>
  watchFeeder(unproven(0), at(nowMonoMs, kw), law).proof?.state;

describe("a feeder against its orders", () => {
  test("is judged when load has had the time to move, also where it fits already", () => {
    expect(stateAt(59_000, 35)).toBe("settling");
    expect(stateAt(59_000, 31.5)).toBe("settling");
    expect(stateAt(60_000, 31.5)).toBe("follows");
  });

  test("a measurement of before counts for before, however late it is looked at", () => {
    const late = { ...at(90_000, 35), measured: { kw: 31.5, measuredMonoMs: 59_999 } };
    expect(watchFeeder(unproven(0), late, law).proof?.state).toBe("settling");
  });

  test("a tenth unit that runs on shows", () => {
    expect(stateAt(61_000, 35)).toBe("above");
    expect(stateAt(61_000, 28)).toBe("below");
    expect(stateAt(61_000, undefined)).toBe("unknown");
  });

  test("what tuning miners draw beyond their label is neither followed nor too much", () => {
    const tuning = { ...at(61_000, 35), orders: { ...orders, plannedKw: 36.2 } };
    expect(watchFeeder(unproven(0), tuning, law).proof?.state).toBe("settling");
    const more = { ...tuning, measured: { kw: 38, measuredMonoMs: 61_000 } };
    expect(watchFeeder(unproven(0), more, law).proof?.state).toBe("above");
  });

  test("without orders there is no proof", () => {
    const nobody = { ...at(61_000, 35), orders: undefined };
    expect(watchFeeder(unproven(0), nobody, law)).toMatchObject({
      proof: undefined,
      isNotFollowing: false,
    });
  });

  test("names the orders that it judged, and since when the state has held", () => {
    const first = watchFeeder(unproven(0), at(61_000, 35), law);
    const second = watchFeeder(first.track, at(70_000, 35), law);
    expect(second.proof).toMatchObject({
      commandsAtMs: orders.changedAtMs,
      sinceMonoMs: 61_000,
      commandedKw: 31.55,
      toleranceKw: 31.5 * 0.05,
    });
    expect([first.isNotFollowing, second.isNotFollowing]).toEqual([false, false]);
    expect(watchFeeder(second.track, at(71_000, 35), law).isNotFollowing).toBe(true);
  });
});

test("nothing above the tolerance is ever called following", () => {
  const kw = fc.double({ min: 0, max: 400, noNaN: true });
  fc.assert(
    fc.property(kw, kw, fc.nat(200_000), (commandedKw, measuredKw, nowMonoMs) => {
      const picture = {
        ...at(nowMonoMs, measuredKw),
        orders: { ...orders, commandedKw, plannedKw: commandedKw },
      };
      const state = watchFeeder(unproven(0), picture, law).proof?.state;
      const toleranceKw = Math.max(0.5, 0.05 * commandedKw);
      if (measuredKw > commandedKw + 0.05 + toleranceKw) {
        expect(["above", "settling"]).toContain(state);
      }
      if (state === "follows") {
        expect(nowMonoMs).toBeGreaterThanOrEqual(law.settleMs);
        expect(Math.abs(measuredKw - commandedKw - 0.05)).toBeLessThanOrEqual(toleranceKw);
      }
    }),
  );
});
