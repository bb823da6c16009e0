import { minerFacts, type PayloadOf } from "@ballast/contracts";
import type { Cancel, Clock } from "@ballast/kernel";
import type { PlannedMiner } from "./fleet-plan.ts";

/** Ten thousand at once would stand in the way of the first target. */
const perTurnMax = 200;
const turnMs = 100;

type Publish = (
  topic: typeof minerFacts,
  params: { readonly minerId: string },
  payload: PayloadOf<typeof minerFacts>,
) => unknown;

/** Says once what the miners are; the broker keeps it for whoever comes later. */
export function tellFacts(
  miners: readonly PlannedMiner[],
  { clock, publish }: { readonly clock: Clock; readonly publish: Publish },
): Cancel {
  const waiting = [...miners];
  const cancel = clock.every(turnMs, "miner-facts", () => {
    const atMs = clock.wallMs();
    for (const { driver, entry, facts } of waiting.splice(0, perTurnMax)) {
      const { feeder, location, model, phase } = entry;
      const { ratedW } = facts;
      void publish(
        minerFacts,
        { minerId: entry.id },
        { atMs, driver: driver.id, model, feeder, phase, location, ratedW },
      );
    }
    if (waiting.length === 0) cancel();
  });
  return cancel;
}
