import type { Measured } from "./site-picture.ts";

/** Readings of the miners' power are compared over this long. */
const windowMs = 6_000;
const spacingMs = 500;
/** Where load never rests, a difference is believed after all. */
const holdMaxMs = 60_000;
const restlessUnits = 3;
const restlessRatio = 0.02;

/**
 * What is no miner is the difference of two meters. While miners stop or start, the two are read
 * at different moments: the difference would show a consumer that is not there, more miners would be
 * stopped for it, and so on. So the difference counts only when the miners have been at rest, and
 * the reading at the connection point was taken since.
 */
export interface OtherTrack {
  readonly kw: number | undefined;
  readonly takenMonoMs: number;
  readonly movedMonoMs: number;
  readonly recent: readonly { readonly monoMs: number; readonly minersKw: number }[];
}

export const unknownOther = (kw: number | undefined, nowMonoMs: number): OtherTrack => ({
  kw,
  takenMonoMs: nowMonoMs,
  movedMonoMs: Number.NEGATIVE_INFINITY,
  recent: [],
});

export function watchOther(
  before: OtherTrack,
  site: Measured | undefined,
  minersKw: number | undefined,
  unitKw: number,
  nowMonoMs: number,
): OtherTrack {
  if (minersKw === undefined) return before;
  const recent = addRecent(before.recent, minersKw, nowMonoMs);
  const powers = recent.map((past) => past.minersKw);
  const spreadKw = Math.max(...powers, minersKw) - Math.min(...powers, minersKw);
  const isMoving = spreadKw > restlessUnits * unitKw + restlessRatio * minersKw;
  const movedMonoMs = isMoving ? nowMonoMs : before.movedMonoMs;
  const track = { ...before, recent, movedMonoMs };
  if (site === undefined) return track;
  const isRested = !isMoving && site.measuredMonoMs > movedMonoMs;
  const isOverdue = before.kw === undefined || nowMonoMs - before.takenMonoMs > holdMaxMs;
  if (!isRested && !isOverdue) return track;
  return { ...track, kw: Math.max(0, site.kw - minersKw), takenMonoMs: nowMonoMs };
}

function addRecent(
  recent: OtherTrack["recent"],
  minersKw: number,
  nowMonoMs: number,
): OtherTrack["recent"] {
  const last = recent.at(-1);
  if (last !== undefined && nowMonoMs - last.monoMs < spacingMs) return recent;
  const kept = recent.filter(({ monoMs }) => nowMonoMs - monoMs <= windowMs);
  return [...kept, { monoMs: nowMonoMs, minersKw }];
}
