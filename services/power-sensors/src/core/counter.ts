/** An energy counter that never falls, whatever the device counts. */
export interface Counter {
  /** What was counted before the last resets. */
  readonly offsetKwh: number;
  /** The device's own count. */
  readonly lastKwh: number;
}

/** Below this share of the last count, a device has begun anew; a smaller drop is an old message. */
const resetBelowRatio = 0.05;

/** Undefined: the count is an old one that came late, and is refused. */
export function countOn(counter: Counter | undefined, countedKwh: number): Counter | undefined {
  if (counter === undefined) return { offsetKwh: 0, lastKwh: countedKwh };
  const { offsetKwh, lastKwh } = counter;
  if (countedKwh >= lastKwh) return { offsetKwh, lastKwh: countedKwh };
  if (countedKwh >= lastKwh * resetBelowRatio) return undefined;
  return { offsetKwh: offsetKwh + lastKwh, lastKwh: countedKwh };
}

export const totalKwh = ({ offsetKwh, lastKwh }: Counter): number => offsetKwh + lastKwh;
