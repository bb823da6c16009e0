import type { FrequencyMinuteRecord } from "@ballast/history/records";

export const minuteMs = 60_000;
/** Samples may overtake each other on the bus; a minute is told when none of its own can follow. */
export const graceMs = 5_000;
/** Of 8 meters: the minute that is, and the one that waits for its stragglers. */
const minutesOpenMax = 24;

interface Minute {
  readonly meterId: string;
  readonly startAtMs: number;
  sampleCount: number;
  goodCount: number;
  minHz: number;
  maxHz: number;
  meanHz: number;
  /** Sum of squared distances from the mean, carried on with each sample: no large sums cancel. */
  squaresSum: number;
}

/** Statistics of each meter's frequency, minute by minute of the calendar. */
export class FrequencyMinutes {
  readonly #minutes = new Map<string, Minute>();

  add(meterId: string, atMs: number, frequencyHz: number, isGood: boolean): void {
    const startAtMs = Math.floor(atMs / minuteMs) * minuteMs;
    const minute = this.#minuteOf(meterId, startAtMs);
    minute.sampleCount += 1;
    if (!isGood) return;
    minute.goodCount += 1;
    minute.minHz = Math.min(minute.minHz, frequencyHz);
    minute.maxHz = Math.max(minute.maxHz, frequencyHz);
    const offHz = frequencyHz - minute.meanHz;
    minute.meanHz += offHz / minute.goodCount;
    minute.squaresSum += offHz * (frequencyHz - minute.meanHz);
  }

  /** Minutes that are over. */
  take(nowAtMs: number): readonly FrequencyMinuteRecord[] {
    const isOver = ({ startAtMs }: Minute): boolean => startAtMs + minuteMs + graceMs <= nowAtMs;
    const over = [...this.#minutes].filter(([, minute]) => isOver(minute));
    for (const [key] of over) this.#minutes.delete(key);
    return over.map(([key, minute]) => record(key, minute));
  }

  #minuteOf(meterId: string, startAtMs: number): Minute {
    const key = `${meterId}/${startAtMs}`;
    const known = this.#minutes.get(key);
    if (known !== undefined) return known;
    const created: Minute = {
      meterId,
      startAtMs,
      sampleCount: 0,
      goodCount: 0,
      minHz: Infinity,
      maxHz: -Infinity,
      meanHz: 0,
      squaresSum: 0,
    };
    // A calendar that leaps back and forth must not fill the memory.
    const oldest = this.#minutes.keys().next().value;
    if (this.#minutes.size >= minutesOpenMax && oldest !== undefined) this.#minutes.delete(oldest);
    this.#minutes.set(key, created);
    return created;
  }
}

function record(id: string, minute: Minute): FrequencyMinuteRecord {
  const { startAtMs: atMs, meterId, sampleCount, goodCount, minHz, maxHz, meanHz } = minute;
  const goodRatio = goodCount / sampleCount;
  const counts = { sampleCount, goodRatio };
  if (goodCount === 0) return { kind: "frequencyMinute", id, atMs, meterId, ...counts };
  const deviationHz = Math.sqrt(Math.max(0, minute.squaresSum) / goodCount);
  return {
    kind: "frequencyMinute",
    id,
    atMs,
    meterId,
    minHz,
    maxHz,
    meanHz,
    deviationHz,
    ...counts,
  };
}
