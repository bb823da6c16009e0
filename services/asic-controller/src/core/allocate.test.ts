import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { asleep, noonAtMs, pictureOf, policy, unitOf, unitsOf } from "../../test/units.ts";
import { allocate, type Choice } from "./allocate.ts";
import { countedW } from "./counted-power.ts";
import type { Unit } from "./unit.ts";

const idsOf = (choices: readonly Choice[]): readonly string[] =>
  choices.map(({ unit }) => unit.facts.id);

test("490 kW of 560 sheds exactly 20 of 160", () => {
  const { sleeps, wakes } = allocate(pictureOf(unitsOf(160), { targetW: 490_000 }), policy);
  expect(sleeps).toHaveLength(20);
  expect(wakes).toEqual([]);
});

test("a target of zero sheds all, whatever wear, rest and cycle limits say", () => {
  const wear = { cyclesCount: 900, lastOffAtMs: noonAtMs, dayCyclesCount: 90 };
  const units = unitsOf(160, () => ({ state: { wear, lastOffMonoMs: 3_599_999 } }));
  const picture = pictureOf(units, {
    targetW: 0,
    isWakeAllowed: false,
    wakeBatches: [{ atMonoMs: 3_599_999, count: 4 }],
  });
  expect(allocate(picture, policy).sleeps).toHaveLength(160);
});

test("shed order: faulty, fewest cycles, longest since the last stop, id", () => {
  const wear = (cyclesCount: number, lastOffAtMs?: number) => ({
    cyclesCount,
    lastOffAtMs,
    dayCyclesCount: 0,
  });
  const units = [
    unitOf(0, { state: { wear: wear(2, 50) } }),
    unitOf(1, { state: { wear: wear(1, 70) } }),
    unitOf(2, { state: { wear: wear(1, 60) } }),
    unitOf(3, { state: { wear: wear(1, 60) } }),
    unitOf(4, { state: { wear: wear(1) } }),
    unitOf(5, { state: { wear: wear(9, 90), isFaulty: true } }),
  ];
  const { sleeps } = allocate(pictureOf(units, { targetW: 0 }), policy);
  expect(idsOf(sleeps)).toEqual(["m0005", "m0004", "m0002", "m0003", "m0001", "m0000"]);
  expect(sleeps[0]?.reason).toBe("faulty");
});

test("a unit out of reach gives no relief: others go in its place, and it is told at the end", () => {
  const units = unitsOf(10, (index) => ({
    state: index === 0 ? { hearing: "unreachable", evidence: "unclear" } : {},
  }));
  const half = allocate(pictureOf(units, { targetW: 17_500 }), policy);
  expect(idsOf(half.sleeps)).toEqual(["m0001", "m0002", "m0003", "m0004", "m0005"]);
  const none = allocate(pictureOf(units, { targetW: 0 }), policy);
  expect(idsOf(none.sleeps)).toHaveLength(10);
  expect(idsOf(none.sleeps).at(-1)).toBe("m0000");
});

test("a unit that does not obey its stop is replaced", () => {
  const units = unitsOf(10, (index) => ({
    state: index < 2 ? { wanted: "sleep", isUnresponsive: true } : {},
  }));
  expect(allocate(pictureOf(units, { targetW: 28_000 }), policy).sleeps).toHaveLength(2);
});

test("wake order: longest off, fewest cycles, id; worn ones last", () => {
  const off = (cyclesCount: number, lastOffAtMs: number, dayCyclesCount = 1) => ({
    state: { ...asleep, wear: { cyclesCount, lastOffAtMs, dayCyclesCount } },
  });
  const units = [
    unitOf(0, off(5, noonAtMs - 9_000, 12)),
    unitOf(1, off(3, noonAtMs - 2_000)),
    unitOf(2, off(2, noonAtMs - 2_000)),
    unitOf(3, off(2, noonAtMs - 2_000)),
    unitOf(4, off(7, noonAtMs - 8_000)),
  ];
  const everybody = { ...policy, batchRatio: 1, rampRatio: 1 };
  const { wakes } = allocate(pictureOf(units), everybody);
  expect(idsOf(wakes)).toEqual(["m0004", "m0002", "m0003", "m0001", "m0000"]);
});

test("units that were stopped together are woken feeder by feeder", () => {
  const units = unitsOf(160, (index) => ({
    facts: { feeder: `rack-${Math.floor(index / 10)}` },
    state: asleep,
  }));
  const { wakes } = allocate(pictureOf(units), policy);
  expect(wakes.map(({ unit }) => unit.facts.feeder)).toEqual([
    "rack-0",
    "rack-1",
    "rack-2",
    "rack-3",
  ]);
});

test("no more wakes than can be under way at the same time, those that are counted", () => {
  const attempt = { count: 1, firstMonoMs: 0, lastMonoMs: 0, outcome: "pending" } as const;
  const units = unitsOf(40, (index) => ({ state: index < 4 ? { attempt } : asleep }));
  const everybody = { ...policy, batchRatio: 1, rampRatio: 1 };
  const wakesAt = (wakesUnderWayMaxCount: number) =>
    allocate(pictureOf(units, { wakesUnderWayMaxCount }), everybody).wakes.length;
  expect([3, 4, 10, 1_024].map(wakesAt)).toEqual([0, 0, 6, 36]);
});

const nobody: readonly (readonly [string, Partial<Unit["state"]>])[] = [
  ["is out of reach", { ...asleep, hearing: "unreachable" }],
  ["rests for less than its minimum", { ...asleep, lastOffMonoMs: 3_300_000 }],
  [
    "has had its stops for today",
    { ...asleep, wear: { cyclesCount: 99, lastOffAtMs: noonAtMs, dayCyclesCount: 48 } },
  ],
  ["was stopped by others", { ...asleep, wanted: "run", isStoppedByOthers: true }],
];
test.each(nobody)("a unit is not woken that %s", (_, state) => {
  const units = [unitOf(0, { state }), ...unitsOf(9).slice(1)];
  expect(allocate(pictureOf(units), policy).wakes).toEqual([]);
});

test("yesterday's stops do not count today", () => {
  const wear = { cyclesCount: 99, lastOffAtMs: noonAtMs - 86_400_000, dayCyclesCount: 48 };
  const units = [unitOf(0, { state: { ...asleep, wear } })];
  expect(allocate(pictureOf(units), policy).wakes).toHaveLength(1);
});

test("beside a cap, wakes leave room for cold starts; a full rating needs none", () => {
  // 9 cold units plan with 1.15 x 3.5 kW each: 36.2 kW. A tenth would make it 40.3 kW.
  const units = unitsOf(10, (index) => ({ state: index === 0 ? asleep : {} }));
  const targetW = 40_000;
  expect(allocate(pictureOf(units, { targetW, isFullRating: false }), policy).wakes).toEqual([]);
  expect(allocate(pictureOf(units, { targetW, isFullRating: true }), policy).wakes).toHaveLength(1);
  // Warm units that draw less than their label make room.
  const warm = unitsOf(10, (index) => ({
    state: index === 0 ? asleep : { hashingSinceMonoMs: 0, powerP95W: 3_300 },
  }));
  expect(allocate(pictureOf(warm, { targetW, isFullRating: false }), policy).wakes).toHaveLength(1);
});

test("what could not stay on by its label is not woken, however little the others draw", () => {
  const frugal = { hashingSinceMonoMs: 0, powerP95W: 1_000 };
  const units = unitsOf(10, (index) => ({ state: index === 0 ? asleep : frugal }));
  for (const isFullRating of [true, false]) {
    const wakesAt = (targetW: number) =>
      allocate(pictureOf(units, { targetW, isFullRating }), policy).wakes;
    expect(wakesAt(34_999)).toEqual([]);
    expect(wakesAt(35_000)).toHaveLength(1);
  }
});

test("a fleet with nothing to do is left alone", () => {
  const running = allocate(pictureOf(unitsOf(160)), policy);
  expect([...running.sleeps, ...running.wakes]).toEqual([]);
});

const anyUnit = (index: number) =>
  fc
    .record({
      phase: fc.constantFrom("L1", "L2", "L3"),
      ratedW: fc.integer({ min: 1_000, max: 4_000 }),
      wanted: fc.constantFrom("run" as const, "sleep" as const),
      hearing: fc.constantFrom("heard" as const, "heard" as const, "unreachable" as const),
      isUnresponsive: fc.boolean(),
      isFaulty: fc.boolean(),
      isStoppedByOthers: fc.boolean(),
      cyclesCount: fc.nat(5),
      lastOffAtMs: fc.option(fc.nat(9), { nil: undefined }),
      offForMs: fc.integer({ min: 0, max: 900_000 }),
    })
    .map((any) =>
      unitOf(index, {
        facts: { phase: any.phase, ratedW: any.ratedW },
        state: {
          ...(any.wanted === "sleep" ? asleep : {}),
          hearing: any.hearing,
          isUnresponsive: any.isUnresponsive && any.wanted === "sleep",
          isFaulty: any.isFaulty,
          isStoppedByOthers: any.isStoppedByOthers && any.wanted === "run",
          lastOffMonoMs: 3_600_000 - any.offForMs,
          wear: { cyclesCount: any.cyclesCount, lastOffAtMs: any.lastOffAtMs, dayCyclesCount: 0 },
        },
      }),
    );
const anyUnits = fc
  .integer({ min: 1, max: 60 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyUnit(index))));

test("every shed fits the target in one tick, or leaves nobody that could be told", () => {
  fc.assert(
    fc.property(anyUnits, fc.integer({ min: 0, max: 250_000 }), (units, targetW) => {
      const { sleeps } = allocate(pictureOf(units, { targetW, isWakeAllowed: false }), policy);
      const told = new Set(sleeps.map(({ unit }) => unit));
      const leftW = units.reduce((sumW, unit) => {
        const isRelieved = told.has(unit) && unit.state.hearing !== "unreachable";
        return sumW + (isRelieved ? 0 : countedW(unit));
      }, 0);
      const tellable = units.filter(
        (unit) => unit.state.wanted === "run" && !unit.state.isStoppedByOthers && !told.has(unit),
      );
      expect(leftW <= targetW || tellable.length === 0).toBe(true);
    }),
  );
});

test("a shed takes no unit more than it needs", () => {
  fc.assert(
    fc.property(anyUnits, fc.integer({ min: 0, max: 250_000 }), (units, targetW) => {
      const picture = pictureOf(units, { targetW });
      const heard = allocate(picture, policy).sleeps.filter(
        ({ unit }) => unit.state.hearing !== "unreachable",
      );
      const reliefW = heard.reduce((sumW, { unit }) => sumW + unit.facts.ratedW, 0);
      const lastW = heard.at(-1)?.unit.facts.ratedW ?? 0;
      if (heard.length > 0) expect(reliefW - lastW).toBeLessThan(picture.countedW - targetW);
    }),
  );
});

test("the same picture gives the same units, in whatever order it lists them", () => {
  fc.assert(
    fc.property(anyUnits, fc.integer({ min: 0, max: 250_000 }), (units, targetW) => {
      const forward = allocate(pictureOf(units, { targetW }), policy);
      const backward = allocate(pictureOf(units.toReversed(), { targetW }), policy);
      expect(idsOf(backward.sleeps).toSorted()).toEqual(idsOf(forward.sleeps).toSorted());
      expect(idsOf(backward.wakes)).toEqual(idsOf(forward.wakes));
    }),
  );
});

test("wakes stay within batch, power, rest and reach", () => {
  fc.assert(
    fc.property(anyUnits, fc.integer({ min: 0, max: 250_000 }), (units, targetW) => {
      const picture = pictureOf(units, { targetW, isFullRating: false });
      const { sleeps, wakes } = allocate(picture, policy);
      expect(wakes.length === 0 || sleeps.length === 0).toBe(true);
      expect(wakes.length).toBeLessThanOrEqual(Math.max(1, Math.round(units.length * 0.025)));
      const wokenW = wakes.reduce((sumW, { unit }) => sumW + unit.facts.ratedW, 0);
      if (wakes.length > 0) expect(picture.countedW + wokenW).toBeLessThanOrEqual(targetW);
      for (const { unit } of wakes) {
        expect(unit.state.wanted).toBe("sleep");
        expect(unit.state.hearing).toBe("heard");
        expect(picture.nowMonoMs - (unit.state.lastOffMonoMs ?? 0)).toBeGreaterThan(300_000);
      }
    }),
  );
});
