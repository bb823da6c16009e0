import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { asleep, policy, unitOf } from "../../test/units.ts";
import { type Attempt, nextStep } from "./next-step.ts";
import type { UnitState } from "./unit.ts";

const first: Attempt = { count: 1, firstMonoMs: 1_000, lastMonoMs: 1_000, outcome: "accepted" };
const stepAt = (nowMonoMs: number, state: Partial<UnitState>, stopMs = 0) =>
  nextStep(unitOf(0, { facts: { stopMs, wakeMs: 600_000 }, state }), nowMonoMs, policy);
const stopping = { wanted: "sleep", attempt: first, askedMonoMs: 1_500 } as const;
const waking = { ...asleep, wanted: "run", attempt: first } as const;

describe("a stop", () => {
  test("is confirmed by a measurement that was asked for after it, and by no older one", () => {
    expect(stepAt(2_000, { ...asleep, attempt: first, askedMonoMs: 1_500 })).toEqual({
      kind: "hold",
      why: "confirmed",
    });
    expect(stepAt(2_000, { ...asleep, attempt: first, askedMonoMs: 999 })).toEqual({
      kind: "hold",
      why: "settling",
    });
  });

  test("is sent once more after 3 s without effect", () => {
    expect(stepAt(3_999, stopping)).toEqual({ kind: "hold", why: "settling" });
    expect(stepAt(4_000, stopping)).toEqual({ kind: "apply" });
  });

  test("is not repeated while the power falls", () => {
    const falling = { ...stopping, askedMonoMs: 3_500, powerW: 2_000 };
    expect(stepAt(4_000, falling)).toEqual({ kind: "hold", why: "settling" });
  });

  test("without effect after 10 s marks the unit, and slow firmware gets its own time", () => {
    const twice = { ...stopping, attempt: { ...first, count: 2, lastMonoMs: 4_000 } };
    expect(stepAt(10_999, twice)).toEqual({ kind: "hold", why: "settling" });
    expect(stepAt(11_000, twice)).toEqual({ kind: "mark-unresponsive" });
    expect(stepAt(75_999, twice, 75_000).kind).not.toBe("mark-unresponsive");
    expect(stepAt(76_000, twice, 75_000)).toEqual({ kind: "mark-unresponsive" });
  });

  test("that nobody could look after gets more time, and no second command", () => {
    const unseen = { ...stopping, askedMonoMs: 999 };
    expect(stepAt(30_999, unseen)).toEqual({ kind: "hold", why: "settling" });
    expect(stepAt(31_000, unseen)).toEqual({ kind: "mark-unresponsive" });
    const missed = { ...unseen, missedMonoMs: 5_000 };
    expect(stepAt(11_000, missed)).toEqual({ kind: "mark-unresponsive" });
  });

  test("that was refused, or failed twice, marks the unit at once", () => {
    const refused = { ...stopping, attempt: { ...first, outcome: "refused" as const } };
    expect(stepAt(1_100, refused)).toEqual({ kind: "mark-unresponsive" });
    const failed = { ...first, outcome: "failed" as const };
    expect(stepAt(1_100, { ...stopping, attempt: failed }).kind).toBe("hold");
    expect(stepAt(4_100, { ...stopping, attempt: { ...failed, count: 2 } })).toEqual({
      kind: "mark-unresponsive",
    });
  });

  test("of an unresponsive unit is repeated each minute, until it is given up", () => {
    const deaf = { ...stopping, isUnresponsive: true };
    expect(stepAt(60_999, deaf)).toEqual({ kind: "hold", why: "settling" });
    expect(stepAt(61_000, deaf)).toEqual({ kind: "apply" });
    const tired = { ...deaf, attempt: { ...first, count: policy.attemptsMaxCount } };
    expect(stepAt(1e9, tired)).toEqual({ kind: "hold", why: "given-up" });
  });

  test("is told again to a unit that runs although it should sleep", () => {
    expect(stepAt(5_000, { wanted: "sleep", attempt: undefined })).toEqual({ kind: "apply" });
  });

  test("is not sent blindly to a unit that was not heard since the start", () => {
    const unheard = { ...stopping, attempt: undefined, hearing: "unheard" as const };
    expect(stepAt(5_000, unheard)).toEqual({ kind: "hold", why: "settling" });
  });
});

describe("a wake", () => {
  test("is never repeated by itself: a unit that stays asleep goes back to the queue", () => {
    expect(stepAt(30_999, { ...waking, askedMonoMs: 30_998 }).kind).toBe("hold");
    expect(stepAt(31_000, { ...waking, askedMonoMs: 31_000 })).toEqual({ kind: "abandon-wake" });
    const failed = { ...waking, attempt: { ...first, outcome: "failed" as const } };
    expect(stepAt(1_100, failed)).toEqual({ kind: "abandon-wake" });
  });

  test("is confirmed by hashing, not by booting", () => {
    const booting = {
      ...waking,
      evidence: "awake",
      mode: "starting",
      askedMonoMs: 40_000,
    } as const;
    expect(stepAt(40_000, booting)).toEqual({ kind: "hold", why: "settling" });
    const hashing = { ...booting, mode: "hashing" } as const;
    expect(stepAt(40_000, hashing)).toEqual({ kind: "hold", why: "confirmed" });
  });

  test("is not confirmed by what was seen before the miner had heard of it", () => {
    const hashing = { ...waking, evidence: "awake", mode: "hashing", askedMonoMs: 2_000 } as const;
    const queued = { ...hashing, attempt: { ...first, outcome: "pending" as const } };
    expect(stepAt(2_500, queued)).toEqual({ kind: "hold", why: "settling" });
    const lost = { ...hashing, attempt: { ...first, outcome: "failed" as const } };
    expect(stepAt(2_500, lost)).toEqual({ kind: "abandon-wake" });
    const heardLate = { ...hashing, attempt: { ...first, lastMonoMs: 2_001 } };
    expect(stepAt(2_500, heardLate)).toEqual({ kind: "hold", why: "settling" });
    const heard = { ...hashing, attempt: { ...first, lastMonoMs: 2_000 } };
    expect(stepAt(2_500, heard)).toEqual({ kind: "hold", why: "confirmed" });
  });

  test("that never gets to hashing is an unresponsive unit, which counts as drawing", () => {
    const booting = { ...waking, evidence: "awake", mode: "starting", askedMonoMs: 2_000 } as const;
    expect(stepAt(601_000, booting)).toEqual({ kind: "mark-unresponsive" });
  });
});

test("a running unit of which nothing was asked is left alone", () => {
  expect(stepAt(5_000, { ...asleep, wanted: "run" })).toEqual({ kind: "hold", why: "confirmed" });
});

test("whatever a unit does, it gets a bounded number of commands, and few in any minute", () => {
  const anyLook = fc.record({
    afterMs: fc.integer({ min: 1, max: 90_000 }),
    powerW: fc.option(fc.constantFrom(30, 2_000, 3_500), { nil: undefined }),
    outcome: fc.constantFrom("accepted" as const, "failed" as const, "refused" as const),
  });
  fc.assert(
    fc.property(fc.array(anyLook, { maxLength: 200 }), (looks) => {
      let nowMonoMs = 0;
      let state: UnitState = unitOf(0, { state: { wanted: "sleep", askedMonoMs: 0 } }).state;
      const sentMonoMs: number[] = [];
      for (const { afterMs, outcome, powerW } of looks) {
        nowMonoMs += afterMs;
        state = { ...state, powerW, askedMonoMs: nowMonoMs };
        const step = nextStep({ ...unitOf(0), state }, nowMonoMs, policy);
        if (step.kind === "mark-unresponsive") state = { ...state, isUnresponsive: true };
        if (step.kind !== "apply") continue;
        sentMonoMs.push(nowMonoMs);
        const firstMonoMs = state.attempt?.firstMonoMs ?? nowMonoMs;
        const count = (state.attempt?.count ?? 0) + 1;
        state = { ...state, attempt: { count, firstMonoMs, lastMonoMs: nowMonoMs, outcome } };
      }
      expect(sentMonoMs.length).toBeLessThanOrEqual(policy.attemptsMaxCount);
      for (const atMonoMs of sentMonoMs) {
        const inMinute = sentMonoMs.filter(
          (other) => other >= atMonoMs && other < atMonoMs + 60_000,
        );
        expect(inMinute.length).toBeLessThanOrEqual(3);
      }
    }),
  );
});
