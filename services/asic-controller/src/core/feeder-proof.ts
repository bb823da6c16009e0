import type { feederProof, PayloadOf } from "@ballast/contracts";
import type { Unit } from "./unit.ts";

/** A fresh proof; whoever hands it in has looked at its age. */
export type FeederProof = Pick<
  PayloadOf<typeof feederProof>,
  "state" | "commandsAtMs" | "toleranceKw"
>;

/**
 * Which units of a feeder its meter proves asleep: those that answer, but tell neither power nor
 * hashrate. The meter sees only the sum, so it proves something only
 * - when it judged the very latest orders,
 * - when one unit that ran on would show beyond its tolerance,
 * - when every other unit is known to do what it was told: one that still boots would hide one that
 *   still runs.
 */
export function provenAsleep(
  units: readonly Unit[],
  { state, commandsAtMs, toleranceKw }: FeederProof,
  ordersAtMs: number,
): readonly Unit[] {
  if (state !== "follows" || commandsAtMs !== ordersAtMs) return [];
  const candidates = units.filter(isMute);
  const isSure = units.every((unit) => isMute(unit) || isKnown(unit));
  const wouldShow = candidates.every(({ facts }) => facts.ratedW >= 2_000 * toleranceKw);
  return isSure && wouldShow ? candidates : [];
}

const isMute = ({ state }: Unit): boolean =>
  state.wanted === "sleep" && state.hearing === "heard" && state.evidence === "unclear";

function isKnown({ state }: Unit): boolean {
  if (state.hearing !== "heard") return false;
  if (state.wanted === "sleep" || state.isStoppedByOthers) return state.evidence === "asleep";
  return state.evidence === "awake" && state.mode === "hashing" && state.attempt === undefined;
}
