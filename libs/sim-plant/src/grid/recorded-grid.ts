import { assert } from "@ballast/kernel";
import type { RecordedGridSpec } from "../scenario.ts";
import type { Grid, PerPhase } from "./grid.ts";
import { type Piece, timelineGrid } from "./timeline.ts";

/**
 * Plays measured rows; each holds until the next, as the meter that recorded them held its display.
 * A row without voltages keeps the ones before it: a gap in a recording is no blackout.
 */
export function recordedGrid({ rows, nominalVoltageV }: RecordedGridSpec): Grid {
  let voltageRatios: PerPhase = [1, 1, 1];
  let previousMs = -1;
  const pieces = rows.map(({ offsetMs, frequencyHz, voltagesV }): Piece => {
    assert(offsetMs > previousMs, "recorded rows come in the order of time");
    previousMs = offsetMs;
    if (voltagesV !== undefined) {
      const [l1, l2, l3] = voltagesV;
      voltageRatios = [l1 / nominalVoltageV, l2 / nominalVoltageV, l3 / nominalVoltageV];
    }
    return { fromMs: offsetMs, voltageRatios, frequencyHzAt: () => frequencyHz };
  });
  const [first, ...others] = pieces;
  assert(first !== undefined, "a recording has at least one row");
  return timelineGrid([first, ...others]);
}
