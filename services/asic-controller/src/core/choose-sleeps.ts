import type { Choice, Picture } from "./allocate.ts";
import { byPhase, populationsOf } from "./by-phase.ts";
import { type Carry, drawInProportion } from "./phase-share.ts";
import type { Unit } from "./unit.ts";

/** Enough units to bring the counted power down to the target, all at once. */
export function chooseSleeps(picture: Picture): {
  readonly choices: readonly Choice[];
  readonly carry: Carry;
} {
  const { carries, countedW, targetW, units } = picture;
  const candidates = units.filter(
    ({ state }) => state.wanted === "run" && !state.isStoppedByOthers,
  );
  if (candidates.length === 0) return { choices: [], carry: carries.sleeps };
  const heard = candidates.filter(({ state }) => state.hearing !== "unreachable");
  const choices: Choice[] = [];
  let excessW = countedW - targetW;
  const carry = drawInProportion({
    queues: byPhase(heard, inShedOrder),
    populations: populationsOf(units),
    carry: carries.sleeps,
    take: (unit) => {
      choices.push({ unit, reason: unit.state.isFaulty ? "faulty" : "least worn" });
      excessW -= unit.facts.ratedW;
      return true;
    },
    isEnough: () => excessW <= 0,
  });
  if (excessW <= 0) return { choices, carry };

  // Telling a unit out of reach to stop may help, but nobody may count on it.
  const unheard = candidates.filter(({ state }) => state.hearing === "unreachable");
  return {
    choices: [...choices, ...unheard.map((unit) => ({ unit, reason: "all must stop" }))],
    carry,
  };
}

/** Faulty first, then fewest cycles, then the longest since its last stop, then by id. */
export function inShedOrder(left: Unit, right: Unit): number {
  const { state: a, facts } = left;
  const { state: b } = right;
  return (
    Number(b.isFaulty) - Number(a.isFaulty) ||
    a.wear.cyclesCount - b.wear.cyclesCount ||
    lastOffOf(left) - lastOffOf(right) ||
    compareIds(facts.id, right.facts.id)
  );
}

/** A unit that was never off counts as off longest ago. */
export const lastOffOf = ({ state }: Unit): number => state.wear.lastOffAtMs ?? 0;

export const compareIds = (left: string, right: string): number =>
  left < right ? -1 : Number(left > right);
