import type { Policy } from "../policy.ts";
import type { Unit } from "./unit.ts";

/**
 * What a unit counts for when load must fall: its nameplate, or nothing. Free of time, so that
 * the sum over the fleet is kept up to date instead of being added up at every target.
 */
export function countedW({ facts, state }: Unit): number {
  if (state.hearing === "unreachable") return facts.ratedW;
  if (state.wanted === "run") return state.isStoppedByOthers ? 0 : facts.ratedW;
  // Told to sleep: it counts for nothing while it is proven, or has time left to prove it.
  return state.isUnresponsive ? facts.ratedW : 0;
}

/** What a unit may draw in the next minutes, for those who want to wake another one beside it. */
export function plannedW(unit: Unit, nowMonoMs: number, policy: Policy): number {
  if (countedW(unit) === 0) return 0;
  const { facts, state } = unit;
  const isWarm =
    state.hashingSinceMonoMs !== undefined && nowMonoMs - state.hashingSinceMonoMs >= policy.warmMs;
  return isWarm
    ? (state.powerP95W ?? facts.ratedW) * policy.warmRatio
    : facts.ratedW * policy.coldRatio;
}

const stepRatio = 0.02;

/** Moves an estimate so that 95 of 100 values lie below it: nineteen small steps down per one up. */
export function nextP95W(p95W: number | undefined, powerW: number): number {
  if (p95W === undefined) return powerW;
  const stepW = p95W * stepRatio;
  return powerW > p95W ? Math.min(powerW, p95W + stepW) : Math.max(powerW, p95W - stepW / 19);
}
