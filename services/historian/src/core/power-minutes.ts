import type { PowerMinuteRecord } from "@ballast/history/records";
import { graceMs, minuteMs } from "./frequency-minutes.ts";

/** Series beyond any site's feeders are not kept. */
const seriesMax = 300;
const minutesOpenMax = 4;
const feederPrefix = "feeder/";

export type PowerSeries = "site" | "miners" | "allowed" | "target" | `feeder/${string}`;

interface Held {
  readonly atMs: number;
  readonly kw: number;
  readonly maxAgeMs: number;
}

interface Mean {
  kwMs: number;
  coveredMs: number;
}

interface Minute {
  readonly means: Map<PowerSeries, Mean>;
  sampleCount: number;
}

/** Means of power over minutes: each value holds until the next, or until it is too old to hold. */
export class PowerMinutes {
  readonly #held = new Map<PowerSeries, Held>();
  readonly #minutes = new Map<number, Minute>();

  add(series: PowerSeries, held: Held): void {
    const before = this.#held.get(series);
    if (before === undefined && this.#held.size >= seriesMax) return;
    if (before !== undefined) this.#spread(series, before, held.atMs);
    this.#held.set(series, held);
    const minute = this.#minuteOf(held.atMs);
    minute.sampleCount += 1;
  }

  /** Minutes that are over. */
  take(nowAtMs: number): readonly PowerMinuteRecord[] {
    const starts = [...this.#minutes.keys()].filter(
      (startAtMs) => startAtMs + minuteMs + graceMs <= nowAtMs,
    );
    if (starts.length > 0) this.#settle(nowAtMs - graceMs);
    return starts
      .sort((left, right) => left - right)
      .flatMap((startAtMs) => {
        const minute = this.#minutes.get(startAtMs);
        this.#minutes.delete(startAtMs);
        return minute === undefined ? [] : [record(startAtMs, minute)];
      });
  }

  /** What is held now counts until now; from here on it is held anew. */
  #settle(untilAtMs: number): void {
    for (const [series, held] of this.#held) {
      if (held.atMs >= untilAtMs) continue;
      this.#spread(series, held, untilAtMs);
      const maxAgeMs = held.maxAgeMs - (untilAtMs - held.atMs);
      if (maxAgeMs > 0) this.#held.set(series, { ...held, atMs: untilAtMs, maxAgeMs });
      else this.#held.delete(series);
    }
  }

  #spread(series: PowerSeries, { atMs, kw, maxAgeMs }: Held, untilAtMs: number): void {
    const endAtMs = Math.min(untilAtMs, atMs + maxAgeMs);
    for (let startAtMs = atMs; startAtMs < endAtMs; ) {
      const minuteEndAtMs = (Math.floor(startAtMs / minuteMs) + 1) * minuteMs;
      const partMs = Math.min(endAtMs, minuteEndAtMs) - startAtMs;
      const { means } = this.#minuteOf(startAtMs);
      const mean = means.get(series) ?? { kwMs: 0, coveredMs: 0 };
      mean.kwMs += kw * partMs;
      mean.coveredMs += partMs;
      means.set(series, mean);
      startAtMs += partMs;
    }
  }

  #minuteOf(atMs: number): Minute {
    const startAtMs = Math.floor(atMs / minuteMs) * minuteMs;
    const known = this.#minutes.get(startAtMs);
    if (known !== undefined) return known;
    const created: Minute = { means: new Map(), sampleCount: 0 };
    const oldest = this.#minutes.keys().next().value;
    if (this.#minutes.size >= minutesOpenMax && oldest !== undefined) this.#minutes.delete(oldest);
    this.#minutes.set(startAtMs, created);
    return created;
  }
}

function record(atMs: number, { means, sampleCount }: Minute): PowerMinuteRecord {
  const meanOf = (series: PowerSeries): number | undefined => {
    const mean = means.get(series);
    return mean === undefined ? undefined : mean.kwMs / mean.coveredMs;
  };
  const feedersKw = Object.fromEntries(
    [...means.keys()].flatMap((series) => {
      const kw = series.startsWith(feederPrefix) ? meanOf(series) : undefined;
      return kw === undefined ? [] : [[series.slice(feederPrefix.length), kw]];
    }),
  );
  const [siteKw, minersKw] = [meanOf("site"), meanOf("miners")];
  const [allowedKw, targetKw] = [meanOf("allowed"), meanOf("target")];
  return {
    kind: "powerMinute",
    id: `${atMs}`,
    atMs,
    ...(siteKw !== undefined && { siteKw }),
    ...(minersKw !== undefined && { minersKw }),
    ...(allowedKw !== undefined && { allowedKw }),
    ...(targetKw !== undefined && { targetKw }),
    feedersKw,
    sampleCount,
  };
}
