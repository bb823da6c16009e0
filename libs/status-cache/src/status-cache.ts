import type { Result } from "@ballast/kernel";
import type { LatestReading } from "./latest-reading.ts";

/** The whole fleet at one look, in no particular order. */
export interface FleetSnapshot {
  readonly readings: readonly LatestReading[];
  /** Entries that are no readings: another program wrote them, or another version of this one. */
  readonly rejectedCount: number;
}

/**
 * The latest reading of every miner, for whoever wants to look. Nothing steers by it: it may be away,
 * and what was not written again for a while is gone from it.
 */
export interface StatusCache {
  write(readings: readonly LatestReading[]): Promise<Result<void>>;
  readAll(): Promise<Result<FleetSnapshot>>;
  /** Undefined: nothing is known of this miner now. */
  read(minerId: string): Promise<Result<LatestReading | undefined>>;
  close(): Promise<void>;
}
