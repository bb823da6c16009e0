import type { Policy } from "../policy.ts";
import type { Standing } from "./cycle-record.ts";
import type { Unit } from "./unit.ts";

export type Finding =
  /** The miner does what the journal says, or will be told to. */
  | "nothing"
  /** Our stop reached it, but a crash kept its record from the disk. */
  | "our-stop"
  /** Our wake is on record, but never reached it. */
  | "our-idle-wake"
  | "stopped-by-others"
  | "taken-over"
  /** Others woke what others had stopped. */
  | "returned";

/**
 * Compares a reading with the journal. The record of a stop is written while the command goes out;
 * a kill may spare only one of the two:
 * - recorded but not sent: the journal says off, the miner runs. It is told again; the cycle is
 *   on record already.
 * - sent but not recorded: the journal says on, the miner sleeps. When our outage was short it was
 *   our stop, and its cycle is counted now. After a longer one somebody else may have done it.
 * The record of a wake is on disk before the command goes out, so a miner that runs although the
 * journal says off was never woken by us.
 */
export function reconcile(
  unit: Unit,
  /** What the journal said at the start; only for readings soon after it. */
  standing: Standing | undefined,
  outageMs: number | undefined,
  policy: Policy,
): Finding {
  const { state } = unit;
  const isAsleep = state.evidence === "asleep" && state.mode === "sleeping";
  if (state.isStoppedByOthers) {
    return isAsleep ? "nothing" : "returned";
  }
  // A command of ours that is under way explains what is seen.
  const isIdle = state.attempt === undefined;
  if (!isAsleep || state.wanted === "sleep" || !isIdle) return "nothing";
  if (standing === "waking") return "our-idle-wake";
  const wasAwayBriefly = outageMs !== undefined && outageMs <= policy.reconcileMs;
  if (standing === "on" && wasAwayBriefly) return "our-stop";
  return policy.adoptSleeping ? "taken-over" : "stopped-by-others";
}
