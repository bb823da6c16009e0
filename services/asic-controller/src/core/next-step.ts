import type { Policy } from "../policy.ts";
import { isMeasuredAsleep, type Unit } from "./unit.ts";

/** A series of commands with the same wish. It ends when a measurement confirms it. */
export interface Attempt {
  readonly count: number;
  readonly firstMonoMs: number;
  readonly lastMonoMs: number;
  /** What the miner answered to the last one. `refused`: asking again cannot help. */
  readonly outcome: "pending" | "accepted" | "failed" | "refused";
}

export type Step =
  | { readonly kind: "hold"; readonly why: "confirmed" | "settling" | "given-up" }
  /** Send the command (again). */
  | { readonly kind: "apply" }
  /** From now on it counts as drawing, and another one takes its place. */
  | { readonly kind: "mark-unresponsive" }
  /** The wake had no effect: back to the queue, where it is tried again within all limits. */
  | { readonly kind: "abandon-wake" };

const hold = (why: "confirmed" | "settling" | "given-up"): Step => ({ kind: "hold", why });

/** Commands are bounded, and only a measurement ends them. This is the only layer that retries. */
export function nextStep(unit: Unit, nowMonoMs: number, policy: Policy): Step {
  if (isConfirmed(unit)) return hold("confirmed");
  return unit.state.wanted === "sleep"
    ? nextSleepStep(unit, nowMonoMs, policy)
    : nextWakeStep(unit, nowMonoMs, policy);
}

/** A reading that was asked for before the command says nothing about the command. */
export function isConfirmed({ state }: Unit): boolean {
  const { attempt, askedMonoMs, evidence, mode, wanted } = state;
  if (wanted === "run" && attempt === undefined) return true; // Nobody asked anything of it.
  if (askedMonoMs === undefined || askedMonoMs < (attempt?.firstMonoMs ?? 0)) return false;
  if (wanted === "sleep") return isMeasuredAsleep(state);
  // A wake may wait for its record and its turn, and after a stop averages still decay: what looks
  // awake before the miner has heard of its wake is only not yet cold.
  const hasHeard = attempt?.outcome === "accepted" && askedMonoMs >= attempt.lastMonoMs;
  return hasHeard && evidence === "awake" && mode !== "starting";
}

function nextSleepStep(unit: Unit, nowMonoMs: number, policy: Policy): Step {
  const { attempt, hearing, isUnresponsive } = unit.state;
  // What it does is read first, also after a restart of ours or of its own.
  if (attempt === undefined) return hearing === "heard" ? { kind: "apply" } : hold("settling");
  if (!isUnresponsive && isLate(unit, attempt, nowMonoMs, policy)) {
    return { kind: "mark-unresponsive" };
  }
  if (attempt.outcome === "pending") return hold("settling");
  if (attempt.count >= policy.attemptsMaxCount) return hold("given-up");

  const waitMs = isUnresponsive || attempt.count >= 2 ? policy.reattemptMs : policy.retryMs;
  const isDue = nowMonoMs - attempt.lastMonoMs >= waitMs;
  const isNeeded = isUnresponsive || attempt.outcome !== "accepted" || isDisobeying(unit, attempt);
  return isDue && isNeeded ? { kind: "apply" } : hold("settling");
}

/** How much longer a unit is given that nobody has found the time to look at. */
const unseenFactor = 3;

function isLate(
  { facts, state }: Unit,
  attempt: Attempt,
  nowMonoMs: number,
  policy: Policy,
): boolean {
  if (attempt.outcome === "refused") return true;
  if (attempt.outcome === "failed" && attempt.count >= 2) return true;
  const sinceMs = nowMonoMs - attempt.firstMonoMs;
  const limitMs = Math.max(policy.unresponsiveMs, facts.stopMs);
  // When thousands were told at once, it may be us who are late.
  const lookedMonoMs = Math.max(state.askedMonoMs ?? 0, state.missedMonoMs ?? 0);
  const isSeen = lookedMonoMs >= attempt.firstMonoMs;
  return sinceMs >= (isSeen ? limitMs : unseenFactor * limitMs);
}

/** Power falls for some seconds after a stop; a second command would only disturb. */
function isDisobeying({ facts, state }: Unit, attempt: Attempt): boolean {
  const { askedMonoMs, mode, powerW } = state;
  if (askedMonoMs === undefined || askedMonoMs < attempt.firstMonoMs) return false;
  return mode !== "stopping" && (powerW === undefined || powerW >= 0.8 * facts.ratedW);
}

function nextWakeStep({ facts, state }: Unit, nowMonoMs: number, policy: Policy): Step {
  const { askedMonoMs, attempt, evidence, isUnresponsive, mode } = state;
  if (attempt === undefined) return hold("confirmed");
  if (attempt.outcome === "pending") return hold("settling");
  if (attempt.outcome !== "accepted") return { kind: "abandon-wake" };
  const signDueMonoMs = attempt.firstMonoMs + policy.wakeSignMs;
  const isAsleep = evidence === "asleep" && mode === "sleeping";
  if (isAsleep && askedMonoMs !== undefined && askedMonoMs >= signDueMonoMs)
    return { kind: "abandon-wake" };
  const isLate = nowMonoMs - attempt.firstMonoMs >= Math.max(policy.wakeSignMs, facts.wakeMs);
  return isLate && !isUnresponsive ? { kind: "mark-unresponsive" } : hold("settling");
}
