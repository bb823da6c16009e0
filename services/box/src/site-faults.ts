import type { ScenarioFault } from "@ballast/sim-plant";

/** Faults of a scenario that concern the box itself: its broker and its services. */
export interface SiteFaults {
  /** Bound late: the story may begin before all services run. */
  readonly carryOut: (fault: ScenarioFault, isOver: boolean) => void;
  bind(carryOut: SiteFaults["carryOut"]): void;
}

export function siteFaults(): SiteFaults {
  let bound: SiteFaults["carryOut"] = () => undefined;
  return {
    carryOut: (fault, isOver) => bound(fault, isOver),
    bind: (carryOut) => {
      bound = carryOut;
    },
  };
}
