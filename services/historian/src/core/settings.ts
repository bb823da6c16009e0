import type { Tariff } from "./tariff.ts";

/** What the recorder takes for an event, and how it counts days and money. */
export interface RecorderSettings {
  /** Meters at the connection point, the one to believe first; empty: whichever speaks first. */
  readonly meters: readonly string[];
  readonly nominalHz: number;
  /** Within this much of nominal the grid is calm. */
  readonly calmBandHz: number;
  /** A faster change than this, up or down, is an event also inside the band. */
  readonly slopeMaxHzPerS: number;
  /** Calm for so long ends an event; what comes sooner belongs to it. */
  readonly calmForMs: number;
  /** Days and tariff hours are counted by the clocks of this time zone. */
  readonly timezone: string;
  readonly tariff: Tariff | undefined;
}
