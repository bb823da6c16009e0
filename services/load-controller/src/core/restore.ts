import { seededRandom } from "@ballast/kernel";
import type { Law } from "./law.ts";

/** Nothing is switched on while frequency falls faster than this. */
const slopeMinMilliHzPerS = -30;

/** The way back up, as far as it has come. */
export interface RestoreTrack {
  /** Since when every condition of a restore has held. */
  readonly calmSinceMonoMs: number | undefined;
  /** How long it must hold before the first batch. */
  readonly waitMs: number;
  /** Drawn once for each event, so that the sites of one grid do not come back together. */
  readonly delayMs: number;
  readonly isReleasing: boolean;
  readonly lastReleaseMonoMs: number | undefined;
  /** Only the kick acted, and frequency never came down to the first stage. */
  readonly isKickOnly: boolean;
  readonly seed: number;
}

export interface Conditions {
  /** Frequency is at or above hold, and every source is good. */
  readonly isHeld: boolean;
  readonly isMeanHigh: boolean;
  /** The newest sample of every meter is good. A doubtful one delays a batch, and no more. */
  readonly isSure: boolean;
  readonly slopeMilliHzPerS: number | undefined;
}

export const restIn = (seed: number, law: Law): RestoreTrack => ({
  calmSinceMonoMs: undefined,
  waitMs: law.restoreWaitMs,
  delayMs: 0,
  isReleasing: false,
  lastReleaseMonoMs: undefined,
  isKickOnly: false,
  seed,
});

/** An event begins, or begins again while load was coming back. */
export function beginEvent(track: RestoreTrack, isKickOnly: boolean, law: Law): RestoreTrack {
  const random = seededRandom(track.seed);
  return {
    calmSinceMonoMs: undefined,
    waitMs: isKickOnly ? law.restoreWaitShortMs : law.restoreWaitMs,
    delayMs: Math.floor(random.next() * law.randomDelayMaxMs),
    isReleasing: false,
    lastReleaseMonoMs: track.lastReleaseMonoMs,
    isKickOnly,
    seed: random.integer(0, 0xffff_ffff),
  };
}

/** A shed within an event: what began as a mere kick may turn out to be more. */
export const goDeeper = (track: RestoreTrack, isKickOnly: boolean, law: Law): RestoreTrack =>
  isKickOnly || !track.isKickOnly
    ? { ...track, calmSinceMonoMs: undefined }
    : { ...track, calmSinceMonoMs: undefined, isKickOnly: false, waitMs: law.restoreWaitMs };

export interface RestoreVerdict {
  readonly track: RestoreTrack;
  readonly isBatchDue: boolean;
}

export function stepRestore(
  before: RestoreTrack,
  conditions: Conditions,
  nowMonoMs: number,
  law: Law,
): RestoreVerdict {
  const { isHeld, isMeanHigh, isSure, slopeMilliHzPerS } = conditions;
  if (!isHeld) return { track: paused(before, law), isBatchDue: false };
  if (before.isReleasing) {
    const isSpaced =
      before.lastReleaseMonoMs === undefined ||
      nowMonoMs - before.lastReleaseMonoMs >= law.batchSpacingMs;
    const isSteady = slopeMilliHzPerS !== undefined && slopeMilliHzPerS >= slopeMinMilliHzPerS;
    const isDue = isSpaced && isMeanHigh && isSure && isSteady;
    if (!isDue) return { track: before, isBatchDue: false };
    return { track: { ...before, lastReleaseMonoMs: nowMonoMs }, isBatchDue: true };
  }
  if (!isMeanHigh) return { track: paused(before, law), isBatchDue: false };
  const calmSinceMonoMs = before.calmSinceMonoMs ?? nowMonoMs;
  const track = before.calmSinceMonoMs === undefined ? { ...before, calmSinceMonoMs } : before;
  if (nowMonoMs - calmSinceMonoMs < before.waitMs + before.delayMs) {
    return { track, isBatchDue: false };
  }
  const releasing = { ...track, isReleasing: true, delayMs: 0 };
  return stepRestore(releasing, conditions, nowMonoMs, law);
}

/** A dip while load comes back costs the short wait again, but not another random delay. */
function paused(track: RestoreTrack, law: Law): RestoreTrack {
  if (track.isReleasing) {
    const waitMs = law.restoreWaitShortMs;
    return { ...track, isReleasing: false, calmSinceMonoMs: undefined, waitMs };
  }
  return track.calmSinceMonoMs === undefined ? track : { ...track, calmSinceMonoMs: undefined };
}
