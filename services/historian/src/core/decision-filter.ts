import type { loadDecision, PayloadOf } from "@ballast/contracts";

type Decision = PayloadOf<typeof loadDecision>;

/** Of targets that merely climb or wander, one a second is kept. */
const rampMs = 1_000;

/** Keeps every decision that says something new, and a mere ramp once a second. */
export class DecisionFilter {
  #kept: { readonly decision: Decision; readonly monoMs: number } | undefined;
  #waiting: Decision | undefined;

  add(decision: Decision, monoMs: number): readonly Decision[] {
    const kept = this.#kept;
    const isNews =
      kept === undefined ||
      kept.decision.phase !== decision.phase ||
      kept.decision.binding !== decision.binding ||
      decision.targetKw < decision.targetBeforeKw;
    if (!isNews && monoMs - kept.monoMs < rampMs) {
      this.#waiting = decision;
      return [];
    }
    // What a ramp had reached before the news belongs to the tale.
    const before = isNews && this.#waiting !== undefined ? [this.#waiting] : [];
    this.#waiting = undefined;
    this.#kept = { decision, monoMs };
    return [...before, decision];
  }

  /** A ramp that ended is told as well. */
  tick(monoMs: number): readonly Decision[] {
    const waiting = this.#waiting;
    if (waiting === undefined || monoMs - (this.#kept?.monoMs ?? 0) < rampMs) return [];
    this.#waiting = undefined;
    this.#kept = { decision: waiting, monoMs };
    return [waiting];
  }
}
