import type { SampleQuality } from "@ballast/contracts";
import { addSample, emptyWindow, type FrequencyWindow } from "./frequency-window.ts";
import { addToKick, type KickSamples, noKickSamples } from "./kick.ts";
import { freshMs, type Law } from "./law.ts";
import type { FrequencySample, MeterPicture } from "./picture.ts";
import { addToRuns, confirmedStage, noRuns, type StageRuns } from "./stages.ts";

/** A re-read contradicts an emergency when it lies above it by more than this. */
const contradictionMilliHz = 100;

/** What is remembered of one meter between two decisions. */
export interface MeterTrack {
  readonly frequencyMilliHz: number | undefined;
  readonly lastGoodMonoMs: number | undefined;
  /** The first of the good samples that have come without a gap or a doubt. */
  readonly goodSinceMonoMs: number | undefined;
  readonly quality: SampleQuality | undefined;
  readonly isDeadBus: boolean;
  readonly runs: StageRuns;
  /** When a sample at or below the emergency threshold began to wait for its re-read. */
  readonly emergencySinceMonoMs: number | undefined;
  readonly kickSamples: KickSamples;
  readonly window: FrequencyWindow;
}

export const freshTrack: MeterTrack = {
  frequencyMilliHz: undefined,
  lastGoodMonoMs: undefined,
  goodSinceMonoMs: undefined,
  quality: undefined,
  isDeadBus: false,
  runs: noRuns,
  emergencySinceMonoMs: undefined,
  kickSamples: noKickSamples,
  window: emptyWindow,
};

/** What one meter asks for now. */
export interface MeterWish {
  readonly track: MeterTrack;
  readonly stage: number;
  readonly kickStage: number;
  readonly kickSlopeMilliHzPerS: number | undefined;
  readonly isEmergency: boolean;
}

export function watchMeter(
  before: MeterTrack,
  { samples, state }: MeterPicture,
  nowMonoMs: number,
  law: Law,
): MeterWish {
  let wish: MeterWish = {
    track: before,
    stage: 0,
    kickStage: 0,
    kickSlopeMilliHzPerS: undefined,
    isEmergency: false,
  };
  for (const sample of samples) wish = addOne(wish, sample, nowMonoMs, law);
  const { emergencySinceMonoMs, isDeadBus } = wish.track;
  if (emergencySinceMonoMs !== undefined && nowMonoMs - emergencySinceMonoMs >= law.rereadWaitMs) {
    wish = settled(wish, true);
  }
  if (state === "dead-bus" && !isDeadBus) {
    wish = { ...wish, track: { ...wish.track, isDeadBus: true, goodSinceMonoMs: undefined } };
  }
  return wish;
}

function addOne(wish: MeterWish, sample: FrequencySample, nowMonoMs: number, law: Law): MeterWish {
  const { frequencyMilliHz, measuredMonoMs } = sample;
  const { track } = wish;
  // Late, or out of order: it can tell nothing about now.
  if (nowMonoMs - measuredMonoMs > freshMs) return wish;
  if (track.lastGoodMonoMs !== undefined && measuredMonoMs <= track.lastGoodMonoMs) return wish;
  if (!isGood(sample, law)) {
    const isDeadBus = track.isDeadBus || sample.isDeadBus;
    const quality = sample.quality === "good" ? "bad" : sample.quality;
    return { ...wish, track: { ...track, quality, isDeadBus, goodSinceMonoMs: undefined } };
  }
  const kick = addToKick(track.kickSamples, frequencyMilliHz, measuredMonoMs, law);
  const runs = addToRuns(track.runs, frequencyMilliHz, measuredMonoMs, law);
  const isGapless =
    track.lastGoodMonoMs !== undefined && measuredMonoMs - track.lastGoodMonoMs <= freshMs;
  const next: MeterTrack = {
    frequencyMilliHz,
    lastGoodMonoMs: measuredMonoMs,
    goodSinceMonoMs: isGapless ? (track.goodSinceMonoMs ?? measuredMonoMs) : measuredMonoMs,
    quality: "good",
    isDeadBus: false,
    runs,
    emergencySinceMonoMs: track.emergencySinceMonoMs,
    kickSamples: kick.samples,
    window: addSample(track.window, frequencyMilliHz, measuredMonoMs),
  };
  return judgeEmergency(
    {
      track: next,
      stage: Math.max(wish.stage, confirmedStage(runs, measuredMonoMs, law)),
      kickStage: Math.max(wish.kickStage, kick.stage),
      kickSlopeMilliHzPerS: kick.slopeMilliHzPerS ?? wish.kickSlopeMilliHzPerS,
      isEmergency: wish.isEmergency,
    },
    frequencyMilliHz,
    measuredMonoMs,
    law,
  );
}

const isGood = ({ quality, isDeadBus, frequencyMilliHz }: FrequencySample, law: Law): boolean =>
  quality === "good" &&
  !isDeadBus &&
  frequencyMilliHz >= law.plausibleMinMilliHz &&
  frequencyMilliHz <= law.plausibleMaxMilliHz;

/** The next sample is the re-read; one that comes late counts as agreement, as a missing one. */
function judgeEmergency(
  wish: MeterWish,
  frequencyMilliHz: number,
  measuredMonoMs: number,
  law: Law,
): MeterWish {
  const sinceMonoMs = wish.track.emergencySinceMonoMs;
  if (sinceMonoMs !== undefined) {
    const isLate = measuredMonoMs - sinceMonoMs > law.rereadWaitMs;
    const isContradicted = frequencyMilliHz > law.emergencyMilliHz + contradictionMilliHz;
    return settled(wish, isLate || !isContradicted);
  }
  if (frequencyMilliHz > law.emergencyMilliHz) return wish;
  return { ...wish, track: { ...wish.track, emergencySinceMonoMs: measuredMonoMs } };
}

const settled = (wish: MeterWish, isConfirmed: boolean): MeterWish => ({
  ...wish,
  isEmergency: wish.isEmergency || isConfirmed,
  track: { ...wish.track, emergencySinceMonoMs: undefined },
});
