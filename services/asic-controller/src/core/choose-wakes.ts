import type { Policy } from "../policy.ts";
import type { Choice, Picture, WakeBatch } from "./allocate.ts";
import { byPhase, populationsOf } from "./by-phase.ts";
import { compareIds, lastOffOf } from "./choose-sleeps.ts";
import { plannedW } from "./counted-power.ts";
import { type Carry, drawInProportion } from "./phase-share.ts";
import type { Unit } from "./unit.ts";
import { dayCyclesOf } from "./wear.ts";

/** One batch at most, of units that have rested, within every limit. */
export function chooseWakes(
  picture: Picture,
  policy: Policy,
): { readonly choices: readonly Choice[]; readonly carry: Carry } {
  const { carries, nowMonoMs, units } = picture;
  const roomCount = Math.min(
    batchRoomCount(picture.wakeBatches, units.length, nowMonoMs, policy),
    picture.wakesUnderWayMaxCount - wakesUnderWayCount(units),
  );
  if (roomCount <= 0) return { choices: [], carry: carries.wakes };
  const candidates = units.filter((unit) => isRested(unit, picture, policy));
  if (candidates.length === 0) return { choices: [], carry: carries.wakes };

  const room = powerRoom(picture, policy);
  const choices: Choice[] = [];
  const carry = drawInProportion({
    queues: byPhase(staggered(candidates, picture, policy), () => 0),
    populations: populationsOf(units),
    carry: carries.wakes,
    take: (unit) => {
      if (!room.reserve(unit)) return false;
      choices.push({ unit, reason: "longest off" });
      return true;
    },
    isEnough: () => choices.length >= roomCount,
  });
  return { choices, carry };
}

export const batchCountMax = (unitCount: number, policy: Policy): number =>
  Math.max(1, Math.round(unitCount * policy.batchRatio));

const rampWindowMs = 60_000;

/** Windows are closed at both ends: two batches exactly one spacing apart would share one. */
function batchRoomCount(
  batches: readonly WakeBatch[],
  unitCount: number,
  nowMonoMs: number,
  policy: Policy,
): number {
  const batchMax = batchCountMax(unitCount, policy);
  const rampMax = Math.max(batchMax, Math.floor(unitCount * policy.rampRatio));
  let rampCount = 0;
  for (const { atMonoMs, count } of batches) {
    if (nowMonoMs - atMonoMs <= policy.batchSpacingMs) return 0;
    if (nowMonoMs - atMonoMs <= rampWindowMs) rampCount += count;
  }
  return Math.max(0, Math.min(batchMax, rampMax - rampCount));
}

const wakesUnderWayCount = (units: readonly Unit[]): number =>
  units.filter(({ state }) => state.wanted === "run" && state.attempt?.outcome === "pending")
    .length;

/**
 * Units that others put to sleep never get here: they are wanted running. Nor do units that were
 * not heard of lately: nobody could tell what a wake does to them.
 */
function isRested({ state }: Unit, picture: Picture, policy: Policy): boolean {
  const { nowAtMs, nowMonoMs, startedMonoMs } = picture;
  if (state.wanted !== "sleep" || state.hearing !== "heard") return false;
  if (state.wakeFailuresCount >= policy.attemptsMaxCount) return false;
  if (dayCyclesOf(state.wear, nowAtMs) >= policy.dailyCyclesHardCount) return false;
  if (state.lastOffMonoMs === undefined) return true;
  // The calendar may have been set while we were away: only what the stopwatch saw is a rest.
  return nowMonoMs - Math.max(state.lastOffMonoMs, startedMonoMs) > policy.minOffMs;
}

/**
 * Fits a unit in when the nameplate sum stays within the target, and the power to be expected within
 * it, too. With the full rating allowed, starting units may draw more than that for a while, but
 * never more than there is.
 */
function powerRoom(
  { countedW, isFullRating, nowMonoMs, supplyW, targetW, units }: Picture,
  policy: Policy,
): { reserve(unit: Unit): boolean } {
  const expectedMaxW = Math.min(
    isFullRating ? Number.POSITIVE_INFINITY : targetW,
    supplyW ?? Number.POSITIVE_INFINITY,
  );
  let nameplateW = countedW;
  let expectedW = units.reduce((sumW, unit) => sumW + plannedW(unit, nowMonoMs, policy), 0);
  return {
    reserve: ({ facts: { ratedW } }) => {
      const coldW = ratedW * policy.coldRatio;
      if (nameplateW + ratedW > targetW) return false;
      if (expectedW + coldW > expectedMaxW) return false;
      nameplateW += ratedW;
      expectedW += coldW;
      return true;
    },
  };
}

/**
 * Units with few stops today first, then longest off, fewest cycles, id. Units that were stopped
 * in the same instant take turns by feeder, so that no feeder carries a whole batch's inrush.
 */
function staggered(candidates: readonly Unit[], picture: Picture, policy: Policy): readonly Unit[] {
  const isWorn = ({ state }: Unit): boolean =>
    dayCyclesOf(state.wear, picture.nowAtMs) >= policy.dailyCyclesSoftCount;
  const sorted = [...candidates].sort(
    (left, right) =>
      Number(isWorn(left)) - Number(isWorn(right)) ||
      lastOffOf(left) - lastOffOf(right) ||
      left.state.wear.cyclesCount - right.state.wear.cyclesCount ||
      compareIds(left.facts.id, right.facts.id),
  );
  const turns = new Map<string, number>();
  const turnOf = new Map<Unit, number>();
  for (const unit of sorted) {
    const key = `${isWorn(unit)} ${lastOffOf(unit)} ${unit.facts.phase} ${unit.facts.feeder}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    turnOf.set(unit, turn);
  }
  return sorted.sort(
    (left, right) =>
      Number(isWorn(left)) - Number(isWorn(right)) ||
      lastOffOf(left) - lastOffOf(right) ||
      (turnOf.get(left) ?? 0) - (turnOf.get(right) ?? 0),
  );
}
