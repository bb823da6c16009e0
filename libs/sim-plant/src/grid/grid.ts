import type { Random } from "@ballast/kernel";
import type { GridSpec } from "../scenario.ts";
import { recordedGrid } from "./recorded-grid.ts";
import { scriptGrid } from "./script-grid.ts";
import { SwingGrid } from "./swing-grid.ts";

/** L1, L2, L3. */
export type PerPhase = readonly [number, number, number];

export interface GridState {
  /**
   * What an analyser at the connection point would show. On a dead bus it goes on showing a
   * plausible number (Iberia, 28 April 2025); undefined where a recording has a gap.
   */
  readonly frequencyHz: number | undefined;
  /** Phase voltages as a share of nominal. */
  readonly voltageRatios: PerPhase;
}

/** A supply. Offsets count from the start of the scenario and never run backwards. */
export interface Grid {
  stateAt(offsetMs: number): GridState;
  /** What it could give to the site beside everyone else; undefined without a limit. */
  availableKw(offsetMs: number): number | undefined;
  /** When the grid next has something to do: a change of voltage, or a step of a closed loop. */
  nextDueMs(): number;
  /** Does it. A closed loop wants to know what the site draws at that instant. */
  step(siteKw: number): void;
}

export function createGrid(spec: GridSpec, nominalHz: number, random: Random): Grid {
  switch (spec.kind) {
    case "script":
      return scriptGrid(spec, nominalHz, random);
    case "recorded":
      return recordedGrid(spec);
    case "swing":
      return new SwingGrid(spec, nominalHz, random);
  }
}
