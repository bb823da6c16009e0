import type { Clock } from "@ballast/kernel";
import type { CycleJournal } from "./cycle-journal.ts";
import type { FleetEffects } from "./fleet-control.ts";
import { entryOf } from "./fleet-from-journal.ts";

/** How long a wake waits for its record; a dead disk must not keep the fleet off. */
const recordWaitMs = 2_000;

interface Options {
  readonly journal: CycleJournal;
  readonly clock: Clock;
}

/** Every turn goes into the journal, which tells the ones that wear a miner once they are safe. */
export const recordTurns =
  ({ clock, journal }: Options): FleetEffects["record"] =>
  (turns) => {
    const atMs = clock.wallMs();
    const { isDurable } = journal.write(
      turns.map(({ decisionId, isCycle, kind, reason, unit, wear }) => ({
        ...entryOf(unit.facts.id, kind, wear, atMs),
        reason,
        isCycle,
        ...(isCycle && decisionId !== undefined && { decisionId }),
      })),
    );
    return Promise.race([isDurable.then(() => undefined), clock.sleep(recordWaitMs)]);
  };
