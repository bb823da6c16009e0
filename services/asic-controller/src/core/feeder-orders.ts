import type { feederCommands, PayloadOf } from "@ballast/contracts";
import type { Policy } from "../policy.ts";
import { plannedW } from "./counted-power.ts";
import { isConfirmed } from "./next-step.ts";
import type { Unit } from "./unit.ts";

type FeederCommands = PayloadOf<typeof feederCommands>;

/** What the units of one feeder were told, for whoever measures the feeder. */
export function feederOrders(
  units: readonly Unit[],
  nowMonoMs: number,
  policy: Policy,
): Omit<FeederCommands, "atMs" | "changedAtMs"> {
  let runningCount = 0;
  let unprovenCount = 0;
  let commandedW = 0;
  let expectedW = 0;
  let standbyW = 0;
  for (const unit of units) {
    const { facts, state } = unit;
    if (state.wanted === "run" && !state.isStoppedByOthers) {
      runningCount += 1;
      commandedW += facts.ratedW;
      expectedW += plannedW(unit, nowMonoMs, policy);
      continue;
    }
    standbyW += facts.standbyW;
    if (state.wanted === "sleep" && !isConfirmed(unit)) unprovenCount += 1;
  }
  return {
    minerCount: units.length,
    runningCount,
    commandedKw: commandedW / 1_000,
    plannedKw: expectedW / 1_000,
    standbyKw: standbyW / 1_000,
    unprovenCount,
  };
}
