import type { Clock } from "@ballast/kernel";
import type { CycleJournal } from "./cycle-journal.ts";
import type { FleetEffects, Turn } from "./fleet-control.ts";
import { entryOf } from "./fleet-from-journal.ts";
import type { CyclePayload } from "./reports.ts";

/** How long a wake waits for its record; a dead disk must not keep the fleet off. */
const recordWaitMs = 2_000;

interface Options {
  readonly journal: CycleJournal;
  readonly clock: Clock;
  readonly fleetId: string;
  readonly onCycle: (cycle: CyclePayload) => void;
}

/** Every turn goes into the journal; the ones that wear a miner also go out on the bus. */
export const recordTurns =
  ({ clock, fleetId, journal, onCycle }: Options): FleetEffects["record"] =>
  (turns) => {
    const atMs = clock.wallMs();
    const { isDurable, records } = journal.write(
      turns.map(({ kind, reason, unit, wear }) => ({
        ...entryOf(unit.facts.id, kind, wear, atMs),
        reason,
      })),
    );
    for (const [index, { minerId, sequence }] of records.entries()) {
      const turn = turns[index];
      if (turn?.isCycle !== true) continue;
      // The sequence survives restarts, so no two cycles of a fleet ever share an id.
      onCycle({ atMs, cycleId: `${fleetId}-${sequence}`, minerId, ...wordsOf(turn) });
    }
    return Promise.race([isDurable.then(() => undefined), clock.sleep(recordWaitMs)]);
  };

const wordsOf = ({ decisionId, kind, reason, wear }: Turn) => ({
  kind: kind === "off" ? ("off" as const) : ("on" as const),
  cyclesCount: wear.cyclesCount,
  reason,
  decisionId,
});
