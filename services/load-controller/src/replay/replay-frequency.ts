import type { LoadControllerConfig } from "../config.ts";
import type { Decision, Reason } from "../core/decide.ts";
import type { Law } from "../core/law.ts";
import { lawOf } from "../parameters.ts";
import { Play, silentMeter } from "./play.ts";
import { meterPictureOf, nominalVoltageOf, type Parsed, parseRecording } from "./recording.ts";

/** Between rows that lie further apart, time still passes. */
const tickMs = 1_000;

export interface ReplayChange {
  readonly atUtc: string;
  readonly offCount: number;
  readonly reason: Reason;
}

export interface FrequencyReplay {
  readonly rowCount: number;
  readonly goodCount: number;
  readonly changes: readonly ReplayChange[];
}

export interface FrequencyReplayOptions {
  readonly csvText: string;
  readonly config: LoadControllerConfig;
  readonly unitCount: number;
  /** Phase to neutral; without it, the median of the recording's first minutes. */
  readonly nominalV?: number | undefined;
}

/**
 * What the law would have done with a recording, unit by unit. The fleet obeys at once, the random
 * delay is left out and every re-read agrees, so that two replays can be compared second by second.
 */
export function replayFrequency(options: FrequencyReplayOptions): Parsed<FrequencyReplay> {
  const recording = parseRecording(options.csvText);
  if (!recording.ok) return recording;
  const { rows, hasVoltages } = recording.value;
  const nominalV = hasVoltages
    ? (options.nominalV ?? nominalVoltageOf(recording.value))
    : undefined;
  const law = { ...lawOf(options.config), meterCount: 1, rereadWaitMs: 0, randomDelayMaxMs: 0 };
  const startAtMs = rows[0]?.atMs ?? 0;
  const play = new Play(law, { startAtMs });
  const changes = new Changes(law, options.unitCount, startAtMs);
  let goodCount = 0;
  let lastMonoMs = 0;
  for (const row of rows) {
    const rowMonoMs = row.atMs - startAtMs;
    for (let nowMonoMs = lastMonoMs + tickMs; nowMonoMs < rowMonoMs; nowMonoMs += tickMs) {
      changes.note(nowMonoMs, play.show({ nowMonoMs, meters: [silentMeter] }));
    }
    const meter = meterPictureOf(row, rowMonoMs, nominalV);
    if (meter.samples.some(({ quality }) => quality === "good")) goodCount += 1;
    changes.note(rowMonoMs, play.show({ nowMonoMs: rowMonoMs, meters: [meter] }));
    lastMonoMs = rowMonoMs;
  }
  return { ok: true, value: { rowCount: rows.length, goodCount, changes: changes.all } };
}

class Changes {
  readonly all: ReplayChange[] = [];
  readonly #law: Law;
  readonly #unitCount: number;
  readonly #startAtMs: number;

  constructor(law: Law, unitCount: number, startAtMs: number) {
    this.#law = law;
    this.#unitCount = unitCount;
    this.#startAtMs = startAtMs;
  }

  note(nowMonoMs: number, { targetW, reason }: Decision): void {
    // Whole units that fit under the target; by multiplying first nothing is lost to rounding.
    const onCount = Math.floor(((targetW ?? 0) * this.#unitCount) / this.#law.ratedW);
    const offCount = this.#unitCount - onCount;
    if (offCount === (this.all.at(-1)?.offCount ?? 0)) return;
    const at = new Date(this.#startAtMs + nowMonoMs);
    this.all.push({ atUtc: at.toISOString().replace(/\.\d+Z$/, "Z"), offCount, reason });
  }
}
