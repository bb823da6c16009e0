import type { loadDecision, loadTarget, PayloadOf } from "@ballast/contracts";
import type { Clock, Log, Metrics } from "@ballast/kernel";
import type { AlarmBoard } from "@ballast/runtime";
import type { Decision } from "./core/decide.ts";
import { stateOf } from "./core/grid-view.ts";
import type { FrequencySample } from "./core/picture.ts";

/** From the start, the site is not called blind before the meters had this long to speak. */
const startGraceMs = 10_000;
const capsToldMax = 64;

interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly alarms: AlarmBoard;
  readonly runId: string;
}

interface Speakers {
  readonly target: (target: PayloadOf<typeof loadTarget>) => void;
  readonly decision: (decision: PayloadOf<typeof loadDecision>) => void;
}

interface Occasion {
  /** The heartbeat tells the target also when nothing has changed. */
  readonly isRegular: boolean;
  readonly sample?: FrequencySample;
}

/** Tells the bus what was decided: the target always, the reasons only when something moved. */
export class Outputs {
  readonly #surroundings: Surroundings;
  readonly #speakers: Speakers;
  readonly #meterIds: readonly string[];
  readonly #startedMonoMs: number;
  #count = 0;
  #told: { targetW: number; binding: string; phase: string; decisionId: string } | undefined;

  constructor(surroundings: Surroundings, speakers: Speakers, meterIds: readonly string[]) {
    this.#surroundings = surroundings;
    this.#speakers = speakers;
    this.#meterIds = meterIds;
    this.#startedMonoMs = surroundings.clock.monotonicMs();
  }

  tell(decision: Decision, { isRegular, sample }: Occasion): void {
    if (isRegular) this.#setAlarms(decision);
    const { targetW, binding, phase } = decision;
    if (targetW === undefined) return;
    const told = this.#told;
    const hasChanged =
      told?.targetW !== targetW || told.binding !== binding || told.phase !== phase;
    if (hasChanged) this.#count += 1;
    const decisionId =
      hasChanged || told === undefined
        ? `${this.#surroundings.runId}-${this.#count}`
        : told.decisionId;
    if (hasChanged || isRegular) this.#tellTarget(decision, targetW, decisionId);
    if (!hasChanged) return;
    if (sample !== undefined && told?.targetW !== targetW) {
      const ageMs = this.#surroundings.clock.monotonicMs() - sample.measuredMonoMs;
      this.#surroundings.metrics.observe("ballast_load_sample_age_seconds", ageMs / 1_000);
    }
    this.#tellReasons(decision, targetW, decisionId);
    this.#told = { targetW, binding, phase, decisionId };
  }

  #tellTarget({ binding, phase, supplyW }: Decision, targetW: number, decisionId: string): void {
    const atMs = this.#surroundings.clock.wallMs();
    const targetKw = targetW / 1_000;
    const supplyKw = milli(supplyW);
    this.#speakers.target({ atMs, targetKw, supplyKw, binding, phase, decisionId });
  }

  #tellReasons(decision: Decision, targetW: number, decisionId: string): void {
    const { clock, log, metrics } = this.#surroundings;
    const { binding, phase, reason, view, caps } = decision;
    const targetBeforeKw = (this.#told?.targetW ?? 0) / 1_000;
    const targetKw = targetW / 1_000;
    const slopeMilliHzPerS = view.kickSlopeMilliHzPerS ?? view.slopeMilliHzPerS;
    this.#speakers.decision({
      atMs: clock.wallMs(),
      decisionId,
      reason,
      phase,
      targetKw,
      targetBeforeKw,
      binding,
      caps: caps.slice(0, capsToldMax).map(({ name, capW }) => ({ name, capKw: capW / 1_000 })),
      frequencyHz: milli(view.frequencyMilliHz),
      slopeHzPerS: milli(slopeMilliHzPerS),
      meters: this.#meters(decision),
    });
    log.info("decision", { reason, phase, binding, targetKw, targetBeforeKw, decisionId });
    metrics.count("ballast_load_decisions_total", { reason });
    metrics.gauge("ballast_load_target_watts", targetW);
  }

  #meters({ view }: Decision): PayloadOf<typeof loadDecision>["meters"] {
    const nowMonoMs = this.#surroundings.clock.monotonicMs();
    return view.tracks.map((track, index) => ({
      meterId: this.#meterIds[index] ?? "unknown",
      state: stateOf(track, nowMonoMs),
      quality: track.quality,
      ageMs:
        track.lastGoodMonoMs === undefined
          ? undefined
          : Math.max(0, Math.round(nowMonoMs - track.lastGoodMonoMs)),
    }));
  }

  #setAlarms({ phase, view, isVoltageLow, hasDisagreedLong }: Decision): void {
    const { alarms, clock } = this.#surroundings;
    const isStarting = clock.monotonicMs() - this.#startedMonoMs < startGraceMs;
    const isBlind = phase === "lost" && !isStarting;
    const why = view.isDeadBus ? "no phase voltage" : "no good sample for 10 s";
    alarms.set(isBlind, "grid.no-frequency", "site", why);
    alarms.set(hasDisagreedLong, "meter.disagreement", "site", this.#meterIds.join(", "));
    alarms.set(isVoltageLow, "grid.low-voltage", "site", "all phases below 90 % for 5 s");
  }
}

const milli = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value / 1_000;
