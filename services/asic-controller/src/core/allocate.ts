import type { Policy } from "../policy.ts";
import { chooseSleeps } from "./choose-sleeps.ts";
import { chooseWakes } from "./choose-wakes.ts";
import type { Carry } from "./phase-share.ts";
import type { Unit } from "./unit.ts";

export interface WakeBatch {
  readonly atMonoMs: number;
  readonly count: number;
}

/** All that the choice depends on; nothing else does. */
export interface Picture {
  readonly nowMonoMs: number;
  readonly nowAtMs: number;
  /** When the controller started: rests before that are known by the calendar only. */
  readonly startedMonoMs: number;
  readonly units: readonly Unit[];
  /** Kept by the fleet's book: see counted-power.ts. */
  readonly countedW: number;
  readonly restingCount: number;
  readonly targetW: number;
  /** A fresh target, a calm grid, every unit read back, and the hold after the start is over. */
  readonly isWakeAllowed: boolean;
  /** No cap binds: the nameplate of the fleet is allowed, with its margin for cold starts. */
  readonly isFullRating: boolean;
  /** What the supply leaves for miners; undefined where the site does not follow it. */
  readonly supplyW: number | undefined;
  /** Batches of the last minute. */
  readonly wakeBatches: readonly WakeBatch[];
  /** Wakes that can be under way at the same time: one that waits for its turn outlives its moment. */
  readonly wakesUnderWayMaxCount: number;
  readonly carries: Carries;
}

/** What the phases are owed, of stops and of wakes. */
export interface Carries {
  readonly sleeps: Carry;
  readonly wakes: Carry;
}

export interface Choice {
  readonly unit: Unit;
  readonly reason: string;
}

export interface Allocation {
  readonly sleeps: readonly Choice[];
  readonly wakes: readonly Choice[];
  readonly carries: Carries;
}

/**
 * Who sleeps and who wakes. Load falls at once and whole, whatever wear and limits say; it rises
 * in small batches and only within all of them. With nothing to do the answer costs next to
 * nothing: it is asked for at every target.
 */
export function allocate(picture: Picture, policy: Policy): Allocation {
  const { carries, countedW, isWakeAllowed, restingCount, targetW } = picture;
  if (countedW > targetW) {
    const { choices, carry } = chooseSleeps(picture);
    return { sleeps: choices, wakes: [], carries: { ...carries, sleeps: carry } };
  }
  if (!isWakeAllowed || restingCount === 0 || countedW === targetW) {
    return { sleeps: [], wakes: [], carries };
  }
  const { choices, carry } = chooseWakes(picture, policy);
  return { sleeps: [], wakes: choices, carries: { ...carries, wakes: carry } };
}
