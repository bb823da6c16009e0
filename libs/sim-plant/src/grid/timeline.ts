import { assertDefined } from "@ballast/kernel";
import type { Grid, GridState, PerPhase } from "./grid.ts";

/** A part of an open-loop supply: constant voltage, and a frequency that is a function of time. */
export interface Piece {
  readonly fromMs: number;
  readonly voltageRatios: PerPhase;
  frequencyHzAt(offsetMs: number): number | undefined;
}

/** A supply that does not care what the site draws. The first piece also holds before it begins. */
export function timelineGrid(pieces: readonly [Piece, ...Piece[]]): Grid {
  const changes = pieces.filter(({ voltageRatios }, index) => {
    const previous = pieces[index - 1];
    return previous?.voltageRatios.some((ratio, phase) => ratio !== voltageRatios[phase]);
  });
  let changeIndex = 0;
  return {
    stateAt(offsetMs): GridState {
      const piece = pieceAt(pieces, offsetMs);
      return {
        frequencyHz: piece.frequencyHzAt(offsetMs),
        voltageRatios: piece.voltageRatios,
      };
    },
    availableKw: () => undefined,
    nextDueMs: () => changes[changeIndex]?.fromMs ?? Number.POSITIVE_INFINITY,
    step() {
      changeIndex += 1;
    },
  };
}

/** The last piece that has begun, by halving: a recorded day has 86,400. */
function pieceAt(pieces: readonly [Piece, ...Piece[]], offsetMs: number): Piece {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const hasBegun = assertDefined(pieces[middle], "middle lies inside").fromMs <= offsetMs;
    if (hasBegun) low = middle;
    else high = middle - 1;
  }
  return assertDefined(pieces[low], "low lies inside");
}
