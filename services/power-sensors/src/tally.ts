import type { Metrics } from "@ballast/kernel";
import type { Outcome } from "./core/sensor-state.ts";

/** `invalid`: none that the kind can send. `oversized`: longer than any sensor speaks. */
export type MessageOutcome = Outcome | "invalid" | "oversized" | "unanswered";

const rejections: readonly MessageOutcome[] = [
  ...(["refused", "duplicate", "reordered", "invalid", "oversized", "unanswered"] as const),
];

export const isRejection = (outcome: MessageOutcome): boolean => rejections.includes(outcome);

export interface Counts {
  readonly acceptedCount: number;
  readonly rejectedCount: number;
}

/** What became of the messages of each sensor since the start. */
export class Tally {
  readonly #metrics: Metrics;
  readonly #counts = new Map<string, Counts>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  count(sensorId: string, outcome: MessageOutcome): void {
    this.#metrics.count("ballast_sensor_messages_total", { sensor: sensorId, outcome });
    const { acceptedCount, rejectedCount } = this.of(sensorId);
    const isRejected = isRejection(outcome);
    this.#counts.set(sensorId, {
      acceptedCount: acceptedCount + (isRejected ? 0 : 1),
      rejectedCount: rejectedCount + (isRejected ? 1 : 0),
    });
  }

  of(sensorId: string): Counts {
    return this.#counts.get(sensorId) ?? { acceptedCount: 0, rejectedCount: 0 };
  }
}
