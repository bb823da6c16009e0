import type { Unit } from "./unit.ts";

type Order = (left: Unit, right: Unit) => number;

/** One queue per phase. A site without a phase map has one phase, and so one queue. */
export function byPhase(units: readonly Unit[], order: Order): ReadonlyMap<string, Unit[]> {
  const queues = new Map<string, Unit[]>();
  for (const unit of units) {
    const queue = queues.get(unit.facts.phase);
    if (queue === undefined) queues.set(unit.facts.phase, [unit]);
    else queue.push(unit);
  }
  for (const queue of queues.values()) queue.sort(order);
  return queues;
}

export function populationsOf(units: readonly Unit[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { facts } of units) counts.set(facts.phase, (counts.get(facts.phase) ?? 0) + 1);
  return counts;
}
