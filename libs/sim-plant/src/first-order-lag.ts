/** A quantity that changes in a straight line: `start` now, `perMs` more with every millisecond. */
export interface Line {
  readonly start: number;
  readonly perMs: number;
}

/** Where a straight line is after a while. */
export const lineAfter = ({ start, perMs }: Line, elapsedMs: number): number =>
  start + perMs * elapsedMs;

/** The area under a straight line. */
export const areaAfter = ({ start, perMs }: Line, elapsedMs: number): number =>
  (start + (perMs * elapsedMs) / 2) * elapsedMs;

/**
 * Where something lazy (a temperature, a decaying average) is after following a straight line for a
 * while: the closed solution of x' = (line - x) / tau. No steps, so asking often costs no accuracy.
 */
export function lagAfter(x: number, line: Line, elapsedMs: number, tauMs: number): number {
  const distance = x - line.start + line.perMs * tauMs;
  return lineAfter(line, elapsedMs) - line.perMs * tauMs + distance * Math.exp(-elapsedMs / tauMs);
}
