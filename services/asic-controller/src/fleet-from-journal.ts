import { type Recovered, type Standing, wearOf } from "./core/cycle-record.ts";
import { type Unit, unheardState } from "./core/unit.ts";
import { medianCyclesCount, newWear, type Wear } from "./core/wear.ts";
import type { CycleEntry } from "./cycle-journal.ts";
import type { PlannedMiner } from "./fleet-plan.ts";

export interface RecoveredFleet {
  readonly units: readonly Unit[];
  readonly standings: ReadonlyMap<string, Standing>;
  /** How long the controller was away; undefined when there is no telling. */
  readonly outageMs: number | undefined;
  /** Miners that the journal did not know: their first line is still to be written. */
  readonly added: readonly CycleEntry[];
}

interface Instant {
  readonly monoMs: number;
  readonly atMs: number;
}

/** Sets the fleet up as the journal has it; what is true today, the first readings tell. */
export function fleetFromJournal(
  miners: readonly PlannedMiner[],
  { lastAtMs, records }: Pick<Recovered, "lastAtMs" | "records">,
  now: Instant,
): RecoveredFleet {
  const known = miners.flatMap(({ facts }) => records.get(facts.id) ?? []);
  const median = newWear(medianCyclesCount(known.map(wearOf)));
  const units = miners.map(({ facts }): Unit => {
    const record = records.get(facts.id);
    if (record === undefined) return { facts, state: unheardState("run", median) };
    const wear = wearOf(record);
    const state = unheardState(record.kind === "off" ? "sleep" : "run", wear);
    const lastOffMonoMs = record.kind === "off" ? lastOffMono(wear, now) : undefined;
    const isStoppedByOthers = record.kind === "others";
    return { facts, state: { ...state, lastOffMonoMs, isStoppedByOthers } };
  });
  const added = miners
    .filter(({ facts }) => !records.has(facts.id))
    .map(({ facts }) => ({ ...entryOf(facts.id, "on", median, now.atMs), reason: "new on site" }));
  const standings = new Map([...records].map(([id, { kind }]) => [id, kind]));
  // A calendar that was set back cannot tell.
  const isTold = lastAtMs !== undefined && lastAtMs <= now.atMs;
  return { units, standings, outageMs: isTold ? now.atMs - lastAtMs : undefined, added };
}

export const entryOf = (
  minerId: string,
  kind: Standing,
  { cyclesCount, dayCyclesCount, lastOffAtMs }: Wear,
  atMs: number,
): Omit<CycleEntry, "reason"> => ({
  kind,
  atMs,
  minerId,
  cyclesCount,
  dayCyclesCount,
  ...(lastOffAtMs === undefined ? {} : { lastOffAtMs }),
});

/** Rest before our start counts by the calendar; one that was set back gives nothing away. */
const lastOffMono = ({ lastOffAtMs }: Wear, { atMs, monoMs }: Instant): number | undefined =>
  lastOffAtMs === undefined ? undefined : monoMs - Math.max(0, atMs - lastOffAtMs);
