import { slopePerS } from "@ballast/history/reports";
import { RecentSamples, type Sample } from "./samples.ts";
import type { RecorderSettings } from "./settings.ts";

/** Long enough to tell a fall from noise; the load-controller's law looks at as much. */
export const slopeWindowMs = 2_000;
/** What led to an event is told from here on. */
export const leadMs = 30_000;
/** Twice what the fastest meter gives in the lead. */
const leadSamplesMax = 1_200;
/** Without a good sample for so long, nothing is known of the frequency. */
const silentMs = 3_000;

export type FrequencyTrouble = "frequency" | "slope" | "unknown";

/** The good samples of one meter: the last half minute of them, and whether they are calm. */
export class FrequencyWatch {
  readonly lead = new RecentSamples({ spanMs: leadMs, countMax: leadSamplesMax });
  readonly #settings: RecorderSettings;
  #window: Sample[] = [];

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
  }

  get slopeHzPerS(): number | undefined {
    // By the stopwatch: a calendar that is put right would look like a jump of the grid.
    const points = this.#window.map(({ monoMs, value }) => ({ atMs: monoMs, value }));
    return slopePerS(points, slopeWindowMs);
  }

  add(sample: Sample): void {
    this.lead.add(sample);
    this.#window.push(sample);
    this.#window = this.#window.filter(({ monoMs }) => sample.monoMs - monoMs <= slopeWindowMs);
  }

  isKnown(nowMonoMs: number): boolean {
    const latest = this.lead.latest;
    return latest !== undefined && nowMonoMs - latest.monoMs <= silentMs;
  }

  troubleAt(nowMonoMs: number): FrequencyTrouble | undefined {
    const latest = this.lead.latest;
    if (latest === undefined || !this.isKnown(nowMonoMs)) return "unknown";
    const { nominalHz, calmBandHz, slopeMaxHzPerS } = this.#settings;
    // As whole millihertz: 49.85 must lie on the edge of its band, not a rounding error outside.
    if (milli(Math.abs(latest.value - nominalHz)) > milli(calmBandHz)) return "frequency";
    return Math.abs(this.slopeHzPerS ?? 0) > slopeMaxHzPerS ? "slope" : undefined;
  }
}

const milli = (value: number): number => Math.round(value * 1_000);
