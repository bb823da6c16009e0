import { type Decision, decide } from "../core/decide.ts";
import type { Law } from "../core/law.ts";
import type { FrequencySample, MeterPicture, Picture } from "../core/picture.ts";
import { runningState, type State } from "../core/state.ts";

export const silentMeter: MeterPicture = { samples: [], state: undefined, voltage: undefined };

/** What a scene leaves out is not known, except the calendar, which then starts with the play. */
export type Scene = Pick<Picture, "nowMonoMs"> & Partial<Picture>;

/** Hands one picture after the other to the law, and each state to the next decision. */
export class Play {
  readonly law: Law;
  readonly #startAtMs: number;
  #state: State;

  /** Without a state, the play begins in the middle of an ordinary day. */
  constructor(law: Law, { startAtMs = 0, state }: { startAtMs?: number; state?: State } = {}) {
    this.law = law;
    this.#startAtMs = startAtMs;
    this.#state = state ?? runningState({ nowMonoMs: 0, seed: 1 }, law);
  }

  get state(): State {
    return this.#state;
  }

  show({
    nowMonoMs,
    wallAtMs,
    meters,
    caps = [],
    supply,
    fleet,
    targetBeforeStartW,
  }: Scene): Decision {
    const picture: Picture = {
      nowMonoMs,
      wallAtMs: wallAtMs ?? this.#startAtMs + nowMonoMs,
      meters: meters ?? Array.from({ length: this.law.meterCount }, () => silentMeter),
      caps,
      supply,
      fleet,
      targetBeforeStartW,
    };
    const decision = decide(this.#state, picture, this.law);
    this.#state = decision.state;
    return decision;
  }

  /** One good sample each second, from the given time on; answers the last decision. */
  everySecond(
    fromMonoMs: number,
    frequenciesMilliHz: readonly number[],
    more: Partial<Scene> = {},
  ): Decision {
    let decision = this.show({ ...more, nowMonoMs: fromMonoMs });
    for (const [index, frequencyMilliHz] of frequenciesMilliHz.entries()) {
      const nowMonoMs = fromMonoMs + index * 1_000;
      const meters = [meterSaying({ frequencyMilliHz, measuredMonoMs: nowMonoMs })];
      decision = this.show({ ...more, nowMonoMs, meters });
    }
    return decision;
  }
}

/** A meter that has just given one sample. */
export const meterSaying = (
  sample: Pick<FrequencySample, "frequencyMilliHz" | "measuredMonoMs"> & Partial<FrequencySample>,
): MeterPicture => ({
  ...silentMeter,
  samples: [{ quality: "good", isDeadBus: false, ...sample }],
});
