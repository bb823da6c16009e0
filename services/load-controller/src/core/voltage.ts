import { freshMs, type Law } from "./law.ts";
import type { Picture } from "./picture.ts";

/** Below this for `lowMs` on all phases nothing is switched on. */
const lowRatio = 0.9;
const lowMs = 5_000;
/** Below this, power supplies draw more current as voltage falls, and pull it down further. */
const sagRatio = 0.85;
const sagStepMs = 1_000;

export interface VoltageTrack {
  readonly lowSinceMonoMs: number | undefined;
  readonly nextStepMonoMs: number | undefined;
}

export interface VoltageVerdict {
  readonly track: VoltageTrack;
  readonly isLow: boolean;
  /** Stages to shed now. */
  readonly stepCount: number;
}

export const calmVoltage: VoltageTrack = { lowSinceMonoMs: undefined, nextStepMonoMs: undefined };

export function watchVoltage(before: VoltageTrack, picture: Picture, law: Law): VoltageVerdict {
  const { nowMonoMs } = picture;
  const ratio = lowestRatio(picture);
  if (ratio === undefined) {
    // Unknown clears nothing. It sheds nothing either: a frequency without a voltage is not good,
    // and that alone leads to off.
    const track =
      before.nextStepMonoMs === undefined ? before : { ...before, nextStepMonoMs: undefined };
    return { track, isLow: isLow(track, nowMonoMs), stepCount: 0 };
  }
  if (ratio >= lowRatio) return { track: calmVoltage, isLow: false, stepCount: 0 };
  const lowSinceMonoMs = before.lowSinceMonoMs ?? nowMonoMs;
  if (ratio >= sagRatio) {
    const track = { lowSinceMonoMs, nextStepMonoMs: undefined };
    return { track, isLow: isLow(track, nowMonoMs), stepCount: 0 };
  }
  let nextStepMonoMs = before.nextStepMonoMs ?? nowMonoMs + sagStepMs;
  let stepCount = 0;
  while (nowMonoMs >= nextStepMonoMs && stepCount < law.stages.length) {
    stepCount += 1;
    nextStepMonoMs += sagStepMs;
  }
  const track = { lowSinceMonoMs, nextStepMonoMs };
  return { track, isLow: isLow(track, nowMonoMs), stepCount };
}

const isLow = ({ lowSinceMonoMs }: VoltageTrack, nowMonoMs: number): boolean =>
  lowSinceMonoMs !== undefined && nowMonoMs - lowSinceMonoMs >= lowMs;

/** Of several meters the worst counts. */
function lowestRatio({ meters, nowMonoMs }: Picture): number | undefined {
  let lowest: number | undefined;
  for (const { voltage } of meters) {
    if (voltage === undefined || nowMonoMs - voltage.measuredMonoMs > freshMs) continue;
    if (lowest === undefined || voltage.voltageMaxRatio < lowest) lowest = voltage.voltageMaxRatio;
  }
  return lowest;
}
