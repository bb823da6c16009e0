import type { Clock, Log } from "@ballast/kernel";

const periodMs = 60_000;
const topicsMax = 4_096;

/** Tells of refused messages once a minute for each topic; all of them are counted elsewhere. */
export class TroubleLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #toldMonoMs = new Map<string, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  tell(topic: string, fields: { readonly sensor: string; readonly outcome: string }, why: string) {
    const nowMonoMs = this.#clock.monotonicMs();
    const toldMonoMs = this.#toldMonoMs.get(topic);
    if (toldMonoMs !== undefined && nowMonoMs - toldMonoMs < periodMs) return;
    if (this.#toldMonoMs.size >= topicsMax) this.#toldMonoMs.clear();
    this.#toldMonoMs.set(topic, nowMonoMs);
    this.#log.warn("sensor-message-refused", { topic, ...fields, detail: why });
  }
}
