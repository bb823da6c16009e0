import type { MeterState } from "@ballast/contracts";
import { isMeanAbove, slopeMilliHzPerS } from "./frequency-window.ts";
import { freshMs, type Law, lostAfterMs } from "./law.ts";
import { freshTrack, type MeterTrack, watchMeter } from "./meter-track.ts";
import type { Picture } from "./picture.ts";

/** Two meters at one connection point that differ by more than this: one of them is wrong. */
const disagreementMilliHz = 100;

/** All meters together: the worst good one sheds, and every one of them must allow a restore. */
export interface GridView {
  readonly tracks: readonly MeterTrack[];
  readonly frequencyMilliHz: number | undefined;
  readonly slopeMilliHzPerS: number | undefined;
  readonly kickSlopeMilliHzPerS: number | undefined;
  readonly lastGoodMonoMs: number | undefined;
  /** Since when at least one meter has been good without a break. */
  readonly goodSinceMonoMs: number | undefined;
  readonly isAnyGood: boolean;
  readonly isAllGood: boolean;
  /** The newest word of every meter is a good one. */
  readonly isSure: boolean;
  readonly isAgreed: boolean;
  readonly isDeadBus: boolean;
  /** The 10 s mean of every meter lies above the restore threshold. */
  readonly isMeanHigh: boolean;
  readonly stage: number;
  readonly kickStage: number;
  readonly isEmergency: boolean;
}

export function viewGrid(tracks: readonly MeterTrack[], picture: Picture, law: Law): GridView {
  const { nowMonoMs } = picture;
  const wishes = picture.meters.map((meter, index) =>
    watchMeter(tracks[index] ?? freshTrack, meter, nowMonoMs, law),
  );
  const good = wishes.filter(({ track }) => isTrusted(track, nowMonoMs));
  const isAnyGood = good.length > 0;
  const everyoneSaysGood = picture.meters.every(
    ({ state }) => state === undefined || state === "good",
  );
  const frequencies = good.flatMap(({ track }) => track.frequencyMilliHz ?? []);
  const slopes = good.flatMap(({ track }) => slopeMilliHzPerS(track.window) ?? []);
  return {
    tracks: wishes.map(({ track }) => track),
    frequencyMilliHz: lowest(frequencies),
    // One meter without a slope leaves the slope unknown: unknown never restores.
    slopeMilliHzPerS: slopes.length === good.length ? lowest(slopes) : undefined,
    kickSlopeMilliHzPerS: lowest(wishes.flatMap((wish) => wish.kickSlopeMilliHzPerS ?? [])),
    lastGoodMonoMs: highest(wishes.flatMap(({ track }) => track.lastGoodMonoMs ?? [])),
    goodSinceMonoMs: lowest(good.flatMap(({ track }) => track.goodSinceMonoMs ?? [])),
    isAnyGood,
    isAllGood: isAnyGood && good.length === law.meterCount && everyoneSaysGood,
    isSure: wishes.every(({ track }) => track.quality === "good"),
    isAgreed: (highest(frequencies) ?? 0) - (lowest(frequencies) ?? 0) <= disagreementMilliHz,
    // A silent meter does not gainsay the one that sees no voltage.
    isDeadBus: !isAnyGood && wishes.some(({ track }) => track.isDeadBus),
    isMeanHigh: good.every(({ track }) => isMeanAbove(track.window, law.restoreMilliHz)),
    stage: highest(wishes.map(({ stage }) => stage)) ?? 0,
    kickStage: highest(wishes.map(({ kickStage }) => kickStage)) ?? 0,
    isEmergency: wishes.some(({ isEmergency }) => isEmergency),
  };
}

const isTrusted = ({ lastGoodMonoMs, isDeadBus }: MeterTrack, nowMonoMs: number): boolean =>
  lastGoodMonoMs !== undefined && nowMonoMs - lastGoodMonoMs <= freshMs && !isDeadBus;

/** A meter as people should see it. */
export function stateOf(track: MeterTrack, nowMonoMs: number): MeterState {
  if (track.isDeadBus) return "dead-bus";
  if (track.lastGoodMonoMs === undefined) return "lost";
  const ageMs = nowMonoMs - track.lastGoodMonoMs;
  return ageMs <= freshMs ? "good" : ageMs < lostAfterMs ? "degraded" : "lost";
}

const lowest = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.min(...values);

const highest = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.max(...values);
