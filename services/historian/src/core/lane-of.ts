import type { RecordKind } from "@ballast/history/records";

/** What must never be given up stands in one lane, what may go for want of room in the other. */
export const laneOf: Readonly<Record<RecordKind, "events" | "samples">> = {
  cycle: "events",
  decision: "events",
  gridEvent: "events",
  outage: "events",
  alert: "events",
  command: "events",
  miner: "samples",
  gridEventSamples: "samples",
  frequencyMinute: "samples",
  powerMinute: "samples",
  energyDay: "samples",
  minerDay: "samples",
};
