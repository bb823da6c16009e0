import type { minerStatus, PayloadOf } from "@ballast/contracts";
import type { Unit } from "./unit.ts";

export type Health = PayloadOf<typeof minerStatus>["health"];

/** A wake is tried again by itself; only when that fails too is it worth a word. */
const wakeFailuresTolerated = 1;

export function healthOf({ state }: Unit): Health {
  if (state.isStoppedByOthers) return "stopped-by-others";
  if (state.hearing === "unreachable") return "unreachable";
  if (isUnresponsive({ state })) return "unresponsive";
  return state.attempt !== undefined || state.hearing === "unheard" ? "unconfirmed" : "ok";
}

/** It did not do what it was told, asleep or awake. */
export const isUnresponsive = ({ state }: Pick<Unit, "state">): boolean =>
  state.isUnresponsive || state.wakeFailuresCount > wakeFailuresTolerated;
