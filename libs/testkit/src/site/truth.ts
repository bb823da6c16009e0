import type { Plant } from "@ballast/sim-plant";

/** What really is, whatever any service believes. Checkers judge by this and by the bus alone. */
export interface Truth {
  readonly plant: Plant;
  readonly minerCount: number;
  readonly ratedKw: number;
  readonly nominalHz: number;
  /** Faults that are on, by name. */
  readonly activeFaults: ReadonlySet<string>;
  /** When the last fault of a name ended; undefined while it is on, or if it never was. */
  readonly faultEndedMonoMs: ReadonlyMap<string, number>;
  readonly serviceStartedMonoMs: ReadonlyMap<string, number>;
  /** When a miner last began or ceased to misbehave. */
  readonly misbehaviourChangedMonoMs: ReadonlyMap<string, number>;
}

/** True where no fault of these names has been on for so long. */
export function isClear(
  { activeFaults, faultEndedMonoMs }: Truth,
  names: readonly string[],
  forMs: number,
  nowMonoMs: number,
): boolean {
  return names.every((name) => {
    if (activeFaults.has(name)) return false;
    const endedMonoMs = faultEndedMonoMs.get(name);
    return endedMonoMs === undefined || nowMonoMs - endedMonoMs >= forMs;
  });
}
