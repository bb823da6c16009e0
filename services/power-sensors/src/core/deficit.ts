import type { FleetWord, Measured } from "./site-picture.ts";

/** More is drawn than there is, for this long; or so much more that one sample is enough. */
const confirmMs = 2_000;
const onceRatio = 1.05;
/** What was told to stop may go on drawing for so long; it is not stopped twice. */
const stopsWithinMs = 30_000;
/** Of the miners' power the highest of the last moments: the meters are not read together. */
const skewMs = 3_000;

export interface DeficitTrack {
  readonly overSinceMonoMs: number | undefined;
  readonly commandedKw: number | undefined;
  /** When less was commanded than before. */
  readonly fellMonoMs: number;
}

export const noDeficit: DeficitTrack = {
  overSinceMonoMs: undefined,
  commandedKw: undefined,
  fellMonoMs: Number.NEGATIVE_INFINITY,
};

export interface Draw {
  readonly site: Measured | undefined;
  readonly allowKw: number;
  readonly reserveKw: number;
  readonly fleet: FleetWord | undefined;
  readonly minersKw: number | undefined;
  readonly recent: readonly { readonly monoMs: number; readonly minersKw: number }[];
}

export interface DeficitVerdict {
  readonly track: DeficitTrack;
  readonly isDeficit: boolean;
  /** Miners must come down to this; undefined without a deficit, and when it is being worked off. */
  readonly capKw: number | undefined;
}

/** The site draws more than there is: so many miners stop that the reserve is free again. */
export function watchDeficit(before: DeficitTrack, draw: Draw, nowMonoMs: number): DeficitVerdict {
  const { site, allowKw, reserveKw, fleet } = draw;
  const track: DeficitTrack = {
    overSinceMonoMs: overSince(before, site, allowKw),
    commandedKw: fleet?.commandedKw ?? before.commandedKw,
    fellMonoMs: hasFallen(before, fleet) ? nowMonoMs : before.fellMonoMs,
  };
  const { overSinceMonoMs } = track;
  if (site === undefined || overSinceMonoMs === undefined) {
    return { track, isDeficit: false, capKw: undefined };
  }
  const isDeficit =
    site.measuredMonoMs - overSinceMonoMs >= confirmMs || site.kw > allowKw * onceRatio;
  const runningKw = fleet?.commandedKw ?? draw.minersKw;
  if (!isDeficit || runningKw === undefined) return { track, isDeficit, capKw: undefined };
  const excessKw = site.kw - (allowKw - reserveKw) - stoppingKw(track, draw, nowMonoMs);
  return { track, isDeficit, capKw: excessKw > 0 ? Math.max(0, runningKw - excessKw) : undefined };
}

function overSince(
  { overSinceMonoMs }: DeficitTrack,
  site: Measured | undefined,
  allowKw: number,
): number | undefined {
  // A meter that has gone silent does not say that the deficit is over.
  if (site === undefined) return overSinceMonoMs;
  return site.kw > allowKw ? (overSinceMonoMs ?? site.measuredMonoMs) : undefined;
}

const hasFallen = ({ commandedKw }: DeficitTrack, fleet: FleetWord | undefined): boolean =>
  commandedKw !== undefined && fleet !== undefined && fleet.commandedKw < commandedKw;

/** What still draws although it was told to stop. */
function stoppingKw({ fellMonoMs }: DeficitTrack, draw: Draw, nowMonoMs: number): number {
  const { fleet, minersKw, recent } = draw;
  if (fleet === undefined || minersKw === undefined) return 0;
  if (nowMonoMs - fellMonoMs > stopsWithinMs) return 0;
  const highestKw = recent
    .filter(({ monoMs }) => nowMonoMs - monoMs <= skewMs)
    .reduce((highest, past) => Math.max(highest, past.minersKw), minersKw);
  return Math.max(0, highestKw - fleet.commandedKw);
}
