import { assert, type Random } from "@ballast/kernel";
import { areaAfter, type Line, lagAfter, lineAfter } from "./first-order-lag.ts";
import {
  type Course,
  hashingCourse,
  type Leg,
  offCourse,
  powerReturnCourse,
  sleepingCourse,
  stopCourse,
  wakeCourse,
} from "./miner-course.ts";
import type { PlantEvent } from "./plant-events.ts";
import {
  type CommandAnswer,
  type MinerCommand,
  type MinerSpec,
  type MinerState,
  type Misbehaviour,
  type Phase,
  type SimulatedMiner,
  slowObeysAfterMs,
} from "./simulated-miner.ts";

/** What a miner needs from the plant around it. */
export interface MinerSurroundings {
  /** Moves the plant on, never back, and answers with its present. */
  advanceTo(monoMs: number): number;
  containerC(): number;
  /** The unit's power leaves one straight line for another, now. */
  changePower(
    place: { readonly phase: Phase; readonly spec: MinerSpec },
    old: Line,
    next: Line,
  ): void;
  /** Runs when the plant gets there. */
  schedule(dueMonoMs: number, run: () => void): void;
  report(event: PlantEvent): void;
}

/** The unit's lazy quantities at the instant its present leg began. */
interface Memory {
  readonly heatRatio: number;
  readonly means: Means;
  readonly energyWMs: number;
  /** Since the control board booted, in TH/s times ms. */
  readonly hashes: number;
}
interface Means {
  readonly over5s: number;
  readonly over1m: number;
  readonly over5m: number;
  readonly over15m: number;
}

const noMeans: Means = { over5s: 0, over1m: 0, over5m: 0, over15m: 0 };

/** A hash board warms and cools with about this time constant once its fans run. */
const heatTauMs = 90_000;
const boardRiseC = 35;
const chipRiseC = 52;
const fanIdleRpm = 900;
const fanRiseRpm = 5_100;
/** Pools adjust the difficulty so that a unit at full speed sends a share about this often. */
const shareEveryMs = 5_000;
const acceptedRatio = 0.997;
const rejectedRatio = 0.002;
const staleRatio = 0.001;
const hardwareErrorRatio = 0.0005;
const kwhPerWMs = 1 / 3_600_000_000;

/** One unit: a course of straight lines, and closed formulas for everything that lags behind them. */
export class MinerBody implements SimulatedMiner {
  readonly id: string;
  readonly spec: MinerSpec;
  readonly phase: Phase;
  readonly #around: MinerSurroundings;
  readonly #random: Random;
  /** Its own full power: no two units of a model are alike. */
  readonly #fullRatio: number;
  #misbehaviour: Misbehaviour;
  #course: Course;
  #leg: Leg;
  #legSinceMonoMs: number;
  /** Rises with every change of plan; what was scheduled under an older plan is void. */
  #plan = 0;
  #order = 0;
  #memory: Memory;
  #bootedMonoMs: number | undefined;
  #isSleepWanted: boolean;
  #startCount = 0;

  constructor(
    spec: MinerSpec,
    phase: Phase,
    around: MinerSurroundings,
    random: Random,
    nowMonoMs: number,
  ) {
    assertSound(spec);
    this.id = spec.id;
    this.spec = spec;
    this.phase = phase;
    this.#around = around;
    this.#random = random;
    this.#fullRatio = 0.98 + 0.03 * random.next();
    this.#misbehaviour = spec.misbehaviour ?? "none";
    this.#isSleepWanted = spec.initialMode === "sleeping";
    this.#course = this.#isSleepWanted
      ? sleepingCourse(spec)
      : hashingCourse(spec, this.#fullRatio);
    this.#leg = this.#course[0];
    this.#legSinceMonoMs = nowMonoMs;
    // Between an hour and two days old, so that not all counters start alike.
    const uptimeMs = random.integer(3_600_000, 172_800_000);
    this.#bootedMonoMs = nowMonoMs - uptimeMs;
    const ths = this.#leg.fromThs;
    this.#memory = {
      heatRatio: this.#leg.fromW / spec.ratedW,
      means: { over5s: ths, over1m: ths, over5m: ths, over15m: ths },
      energyWMs: 0,
      hashes: ths * uptimeMs,
    };
    around.changePower(this, { start: 0, perMs: 0 }, { start: this.#leg.fromW, perMs: 0 });
  }

  get misbehaviour(): Misbehaviour {
    return this.#misbehaviour;
  }

  setMisbehaviour(misbehaviour: Misbehaviour): void {
    this.#misbehaviour = misbehaviour;
  }

  command(command: MinerCommand, monoMs: number): CommandAnswer {
    const nowMonoMs = this.#around.advanceTo(monoMs);
    const outcome = this.#outcomeOf();
    const event = { kind: "command", monoMs: nowMonoMs, minerId: this.id } as const;
    this.#around.report({ ...event, command, outcome });
    if (outcome === "unreachable") return "unreachable";
    if (outcome === "obeyed") this.#obey(command, nowMonoMs);
    if (outcome === "obeyed-late") {
      this.#order += 1;
      const order = this.#order;
      const dueMonoMs = nowMonoMs + slowObeysAfterMs;
      // Only the latest wish counts, and none outlives a loss of power.
      this.#around.schedule(dueMonoMs, () => {
        if (order === this.#order) this.#obey(command, dueMonoMs);
      });
    }
    return "accepted";
  }

  stateAt(monoMs: number): MinerState {
    const nowMonoMs = this.#around.advanceTo(monoMs);
    const { heatRatio, means, energyWMs, hashes } = this.#memoryAt(nowMonoMs);
    const uptimeMs = this.#bootedMonoMs === undefined ? 0 : nowMonoMs - this.#bootedMonoMs;
    const submittedCount = hashes / (this.spec.ratedThs * shareEveryMs);
    const inletC = this.#around.containerC();
    return {
      mode: this.#leg.mode,
      isReachable: this.#leg.isReachable,
      powerW: this.#powerW(nowMonoMs),
      hashrate5sThs: means.over5s,
      hashrate1mThs: means.over1m,
      hashrate5mThs: means.over5m,
      hashrate15mThs: means.over15m,
      hashrateMeanThs: uptimeMs > 0 ? hashes / uptimeMs : 0,
      inletC,
      boardC: inletC + boardRiseC * heatRatio,
      chipMaxC: inletC + chipRiseC * heatRatio,
      fanRpm: this.#leg.mode === "off" ? 0 : Math.round(fanIdleRpm + fanRiseRpm * heatRatio),
      uptimeMs,
      acceptedCount: Math.floor(submittedCount * acceptedRatio),
      rejectedCount: Math.floor(submittedCount * rejectedRatio),
      staleCount: Math.floor(submittedCount * staleRatio),
      hardwareErrorCount: Math.floor(submittedCount * hardwareErrorRatio),
      energyKwh: energyWMs * kwhPerWMs,
      startCount: this.#startCount,
    };
  }

  losePower(nowMonoMs: number): void {
    this.#order += 1;
    this.#follow(offCourse(), nowMonoMs);
    this.#memory = { ...this.#memory, means: noMeans, hashes: 0 };
    this.#bootedMonoMs = undefined;
  }

  regainPower(nowMonoMs: number): void {
    const isStayingAsleep = this.#isSleepWanted && this.spec.doesSleepSurviveReboot;
    this.#isSleepWanted = isStayingAsleep;
    const heatRatio = this.#memoryAt(nowMonoMs).heatRatio;
    const course = powerReturnCourse(
      this.spec,
      isStayingAsleep,
      heatRatio,
      this.#fullRatio,
      this.#random,
    );
    this.#bootedMonoMs = nowMonoMs;
    this.#follow(course, nowMonoMs);
  }

  #outcomeOf(): Extract<PlantEvent, { kind: "command" }>["outcome"] {
    if (!this.#leg.isReachable) return "unreachable";
    if (this.#misbehaviour === "lying") return "ignored-by-lying";
    return this.#misbehaviour === "slow" ? "obeyed-late" : "obeyed";
  }

  #obey(command: MinerCommand, nowMonoMs: number): void {
    // A unit that was slow and now obeys at once must not find an old wish in its inbox.
    this.#order += 1;
    const isSleepWanted = command === "sleep";
    if (isSleepWanted === this.#isSleepWanted) return;
    this.#isSleepWanted = isSleepWanted;
    const { heatRatio } = this.#memoryAt(nowMonoMs);
    const powerW = this.#powerW(nowMonoMs);
    const hashrateThs = this.#hashrateThs(nowMonoMs);
    const course = isSleepWanted
      ? stopCourse(this.spec, { powerW, hashrateThs, heatRatio })
      : wakeCourse(this.spec, heatRatio, this.#fullRatio, this.#random);
    this.#follow(course, nowMonoMs);
  }

  #follow(course: Course, nowMonoMs: number): void {
    this.#plan += 1;
    this.#course = course;
    this.#enter(course[0], 0, nowMonoMs);
  }

  #enter(leg: Leg, legIndex: number, nowMonoMs: number): void {
    const old = { start: this.#powerW(nowMonoMs), perMs: powerLine(this.#leg).perMs };
    this.#memory = this.#memoryAt(nowMonoMs);
    const from = this.#leg.mode;
    this.#leg = leg;
    this.#legSinceMonoMs = nowMonoMs;
    this.#around.changePower(this, old, powerLine(leg));
    if (leg.mode !== from) {
      if (leg.mode === "starting") this.#startCount += 1;
      const event = { kind: "mode", monoMs: nowMonoMs, minerId: this.id } as const;
      this.#around.report({ ...event, from, to: leg.mode });
    }
    const next = this.#course[legIndex + 1];
    if (next === undefined) return;
    const plan = this.#plan;
    const dueMonoMs = nowMonoMs + leg.durationMs;
    this.#around.schedule(dueMonoMs, () => {
      if (plan === this.#plan) this.#enter(next, legIndex + 1, dueMonoMs);
    });
  }

  #powerW(nowMonoMs: number): number {
    return lineAfter(powerLine(this.#leg), nowMonoMs - this.#legSinceMonoMs);
  }

  #hashrateThs(nowMonoMs: number): number {
    return lineAfter(hashrateLine(this.#leg), nowMonoMs - this.#legSinceMonoMs);
  }

  #memoryAt(nowMonoMs: number): Memory {
    const elapsedMs = nowMonoMs - this.#legSinceMonoMs;
    const power = powerLine(this.#leg);
    const hashrate = hashrateLine(this.#leg);
    const { ratedW } = this.spec;
    const heat = { start: power.start / ratedW, perMs: power.perMs / ratedW };
    const { heatRatio, means, energyWMs, hashes } = this.#memory;
    return {
      heatRatio: lagAfter(heatRatio, heat, elapsedMs, heatTauMs),
      means: {
        over5s: lagAfter(means.over5s, hashrate, elapsedMs, 5_000),
        over1m: lagAfter(means.over1m, hashrate, elapsedMs, 60_000),
        over5m: lagAfter(means.over5m, hashrate, elapsedMs, 300_000),
        over15m: lagAfter(means.over15m, hashrate, elapsedMs, 900_000),
      },
      energyWMs: energyWMs + areaAfter(power, elapsedMs),
      hashes: hashes + areaAfter(hashrate, elapsedMs),
    };
  }
}

const slope = (from: number, to: number, durationMs: number): number =>
  from === to ? 0 : (to - from) / durationMs;

const powerLine = ({ fromW, toW, durationMs }: Leg): Line => ({
  start: fromW,
  perMs: slope(fromW, toW, durationMs),
});

const hashrateLine = ({ fromThs, toThs, durationMs }: Leg): Line => ({
  start: fromThs,
  perMs: slope(fromThs, toThs, durationMs),
});

function assertSound(spec: MinerSpec): void {
  const { ratedW, ratedThs, standbyW, stopMs, bootMs, rampMs } = spec;
  assert(standbyW > 0 && ratedW > standbyW, `${spec.id}: 0 < standbyW < ratedW`);
  assert(ratedThs > 0, `${spec.id}: ratedThs must be positive`);
  assert(stopMs > 0, `${spec.id}: stopMs must be positive`);
  for (const range of [bootMs, rampMs]) {
    const isSound = range === undefined || (range.minMs > 0 && range.maxMs >= range.minMs);
    assert(isSound, `${spec.id}: a range runs from a positive minimum to its maximum`);
  }
}
