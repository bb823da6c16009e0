import type { Policy } from "../policy.ts";

export interface TargetMemory {
  /** Undefined: no target was ever seen. */
  readonly targetW: number | undefined;
  /** When the latest target was true; before the first one, when the controller started. */
  readonly trueAtMonoMs: number;
  /** What the fleet counted for when the target was lost. */
  readonly lostFromW: number | undefined;
}

export interface Following {
  readonly targetW: number;
  readonly isFresh: boolean;
  readonly isLost: boolean;
}

/** Without a current target the fleet first stays as it is, and then goes to sleep step by step. */
export function follow(
  { targetW, trueAtMonoMs, lostFromW }: TargetMemory,
  ratedW: number,
  nowMonoMs: number,
  policy: Policy,
): Following {
  const ageMs = nowMonoMs - trueAtMonoMs;
  const ceilingW = targetW ?? Number.POSITIVE_INFINITY;
  if (ageMs <= policy.targetLostMs) {
    const isFresh = targetW !== undefined && ageMs <= policy.targetFreshMs;
    return { targetW: ceilingW, isFresh, isLost: false };
  }
  const stepCount = 1 + Math.floor((ageMs - policy.targetLostMs) / policy.lostStepMs);
  const fromW = Math.min(ceilingW, lostFromW ?? ratedW);
  const stepW = ratedW * policy.lostStepRatio;
  return { targetW: Math.max(0, fromW - stepCount * stepW), isFresh: false, isLost: true };
}
