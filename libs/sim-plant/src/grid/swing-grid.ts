import type { Random } from "@ballast/kernel";
import type { SwingEvent, SwingGridSpec } from "../scenario.ts";
import type { Grid, GridState } from "./grid.ts";

/** Fine enough for the fastest time constant in use, a jet deflector of some 0.3 s. */
export const swingStepMs = 20;
const stepS = swingStepMs / 1_000;

/** What is left on a bus without generation; an analyser at Toledo measured 30 V of 27 kV. */
const deadVoltageRatio = 0.001;
/** That analyser's reading then fell this fast, down to this floor, as if nothing had happened. */
const deadReadingHzPerS = 0.047;
const deadReadingFloorHz = 40;
/** Voltage at the connection point: a little high when idle, a little low at full load. */
const idleVoltageRatio = 1.02;
const fullLoadSagRatio = 0.05;

const clamp = (value: number, min: number, max: number): number =>
  Math.min(max, Math.max(min, value));

/**
 * An islanded grid as one rotating mass: what the turbine gives beyond what is drawn accelerates it,
 * `2 H S / f0 * df/dt = generation - load`. The governor follows with droop, a time constant, a rate
 * and limits; a slow reset brings the frequency back to nominal; the site's own load feeds back.
 */
export class SwingGrid implements Grid {
  readonly #spec: SwingGridSpec;
  readonly #nominalHz: number;
  readonly #random: Random;
  #stepCount = 0;
  #isStarted = false;
  #isDead = false;
  #deadSinceMs = 0;
  #outsideSinceMs: number | undefined;
  #frequencyHz: number;
  #readingHz: number;
  #generationKw = 0;
  #loadKw = 0;
  #othersKw = 0;
  /** What the governor would give at nominal frequency. */
  #referenceKw = 0;
  #noiseKw = 0;

  constructor(spec: SwingGridSpec, nominalHz: number, random: Random) {
    this.#spec = spec;
    this.#nominalHz = nominalHz;
    this.#random = random;
    this.#frequencyHz = nominalHz;
    this.#readingHz = nominalHz;
    this.#loadKw = spec.demandKw;
    this.#othersKw = spec.demandKw;
  }

  stateAt(): GridState {
    const loadingRatio = this.#loadKw / this.#spec.ratedKw;
    const liveRatio = idleVoltageRatio - fullLoadSagRatio * loadingRatio;
    const ratio = this.#isDead ? deadVoltageRatio : liveRatio;
    return { frequencyHz: this.#readingHz, voltageRatios: [ratio, ratio, ratio] };
  }

  /** What the turbines can give at most, less what everyone else took at the last step. */
  availableKw(offsetMs: number): number {
    return this.#isDead ? 0 : Math.max(0, this.#availableKw(offsetMs) - this.#othersKw);
  }

  nextDueMs(): number {
    return this.#stepCount * swingStepMs;
  }

  step(siteKw: number): void {
    const nowMs = this.nextDueMs();
    this.#stepCount += 1;
    if (this.#isDead) this.#waitForRestart(nowMs);
    else this.#turn(nowMs, siteKw);
  }

  #turn(nowMs: number, siteKw: number): void {
    const spec = this.#spec;
    const slip = (this.#frequencyHz - this.#nominalHz) / this.#nominalHz;
    const demandKw = this.#demandKw(nowMs) * (1 + spec.dampingRatio * slip);
    this.#othersKw = Math.max(0, demandKw);
    this.#loadKw = this.#othersKw + siteKw;
    if (!this.#isStarted) this.#startBalanced(nowMs);

    const accelerationHzPerS =
      (this.#nominalHz / (2 * spec.inertiaS * spec.ratedKw)) * (this.#generationKw - this.#loadKw);
    this.#govern(nowMs, slip);
    this.#frequencyHz += accelerationHzPerS * stepS;
    this.#readingHz = this.#frequencyHz;
    this.#tripIfOutside(nowMs);
  }

  /** The scenario opens on a grid at rest. */
  #startBalanced(nowMs: number): void {
    this.#isStarted = true;
    const { minimumStableKw } = this.#spec;
    this.#generationKw = clamp(this.#loadKw, minimumStableKw, this.#availableKw(nowMs));
    this.#referenceKw = this.#generationKw;
  }

  #govern(nowMs: number, slip: number): void {
    const { droopRatio, ratedKw, minimumStableKw, governorTimeS, governorKwPerS, resetTimeS } =
      this.#spec;
    const availableKw = this.#availableKw(nowMs);
    const floorKw = Math.min(minimumStableKw, availableKw);
    const droopKw = (-slip / droopRatio) * ratedKw;
    const resetKw = (droopKw * stepS) / resetTimeS;
    this.#referenceKw = clamp(this.#referenceKw + resetKw, floorKw, availableKw);
    const wishKw = clamp(this.#referenceKw + droopKw, floorKw, availableKw);
    const rateKwPerS = (wishKw - this.#generationKw) / governorTimeS;
    const moveKw = clamp(rateKwPerS, -governorKwPerS, governorKwPerS) * stepS;
    // Water that is not there cannot be turned into power, however slow the governor.
    this.#generationKw = Math.min(this.#generationKw + moveKw, availableKw);
  }

  #demandKw(nowMs: number): number {
    const { demandKw, demandNoiseKw, demandNoiseTimeS, events } = this.#spec;
    const shareOfTime = stepS / demandNoiseTimeS;
    const kickKw = demandNoiseKw * Math.sqrt(2 * shareOfTime) * this.#random.normal();
    this.#noiseKw += kickKw - this.#noiseKw * shareOfTime;
    const addedKw = events.reduce(
      (sumKw, event) => (event.kind === "demand" ? sumKw + changeKw(event, nowMs) : sumKw),
      0,
    );
    return demandKw + addedKw + this.#noiseKw;
  }

  #availableKw(nowMs: number): number {
    const { ratedKw, events } = this.#spec;
    const addedKw = events.reduce(
      (sumKw, event) => (event.kind === "available" ? sumKw + changeKw(event, nowMs) : sumKw),
      0,
    );
    return clamp(ratedKw + addedKw, 0, ratedKw);
  }

  #tripIfOutside(nowMs: number): void {
    const { tripLowHz, tripHighHz, tripDelayS } = this.#spec;
    const isInside = this.#frequencyHz > tripLowHz && this.#frequencyHz < tripHighHz;
    if (isInside) {
      this.#outsideSinceMs = undefined;
      return;
    }
    this.#outsideSinceMs ??= nowMs;
    if (nowMs - this.#outsideSinceMs < tripDelayS * 1_000) return;
    this.#isDead = true;
    this.#deadSinceMs = nowMs;
    this.#generationKw = 0;
    this.#loadKw = 0;
  }

  #waitForRestart(nowMs: number): void {
    const { restartAfterS } = this.#spec;
    const fallHz = deadReadingHzPerS * stepS;
    this.#readingHz = Math.max(deadReadingFloorHz, this.#readingHz - fallHz);
    if (restartAfterS === undefined || nowMs - this.#deadSinceMs < restartAfterS * 1_000) return;
    this.#isDead = false;
    this.#isStarted = false;
    this.#outsideSinceMs = undefined;
    this.#frequencyHz = this.#nominalHz;
    this.#readingHz = this.#nominalHz;
  }
}

/** How much of a change has come about: all of it `overS` after it began. */
function changeKw({ atS, byKw, overS }: SwingEvent, nowMs: number): number {
  const sinceS = nowMs / 1_000 - atS;
  if (sinceS < 0) return 0;
  return overS === 0 ? byKw : byKw * Math.min(1, sinceS / overS);
}
