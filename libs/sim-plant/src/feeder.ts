import { assertDefined, type Random } from "@ballast/kernel";
import { type Line, lagAfter } from "./first-order-lag.ts";
import type { GridState, PerPhase } from "./grid/grid.ts";
import { PhaseLedger } from "./phase-ledger.ts";
import { type Phase, phases } from "./simulated-miner.ts";
import { type SmoothNoise, smoothNoise } from "./smooth-noise.ts";

/** The site around the miners. */
export interface SiteFacts {
  /** Phase to neutral. */
  readonly nominalVoltageV: number;
  /** Fans, controller, lights: evenly on all phases, and never quite still. */
  readonly baseKw: number;
  readonly ambientC: number;
  /** How much warmer than ambient the container gets when all miners run. */
  readonly containerRiseC: number;
}

export const typicalSite: SiteFacts = {
  nominalVoltageV: 230,
  baseKw: 12,
  ambientC: 24,
  containerRiseC: 8,
};

/** What a perfect meter at the connection point would show. Power flows from the grid into the site. */
export interface FeederState {
  readonly frequencyHz: number | undefined;
  readonly voltagesV: PerPhase;
  readonly currentsA: PerPhase;
  readonly phasePowersKw: PerPhase;
  readonly powerKw: number;
  readonly reactiveKvar: number;
  readonly apparentKva: number;
  /** Undefined without load: nothing divided by nothing. */
  readonly powerFactorRatio: number | undefined;
  readonly energyImportKwh: number;
  readonly energyExportKwh: number;
}

/** Where a unit is connected. */
interface Place {
  readonly phase: Phase;
  readonly feeder: string | undefined;
}

/** A corrected server power supply, power factor 0.99; fans and pumps, about 0.85. */
const minerKvarPerKw = 0.14;
const baseKvarPerKw = 0.62;
const baseNoiseRatio = 0.01;
const containerTauMs = 600_000;
const kwhPerWMs = 1 / 3_600_000_000;
const kwhPerKwMs = 1 / 3_600_000;

/** Sums the site up, per phase, without ever walking through the miners. */
export class Feeder {
  readonly #site: SiteFacts;
  readonly #startMonoMs: number;
  readonly #minersRatedW: number;
  readonly #ledgers: readonly [PhaseLedger, PhaseLedger, PhaseLedger];
  /** The same sums once more, by the feeders that miners hang on. */
  readonly #feederLedgers = new Map<string, PhaseLedger>();
  readonly #baseNoise: SmoothNoise;
  readonly #isLive: [boolean, boolean, boolean] = [true, true, true];
  #baseEnergyKwh = 0;
  #baseSinceMonoMs: number;
  #containerHeatRatio: number;
  #containerSinceMonoMs: number;

  constructor(site: SiteFacts, minersRatedW: number, random: Random, startMonoMs: number) {
    this.#site = site;
    this.#startMonoMs = startMonoMs;
    this.#minersRatedW = Math.max(1, minersRatedW);
    this.#ledgers = [
      new PhaseLedger(startMonoMs),
      new PhaseLedger(startMonoMs),
      new PhaseLedger(startMonoMs),
    ];
    this.#baseNoise = smoothNoise(random, { shortestMs: 700, longestMs: 120_000 });
    this.#baseSinceMonoMs = startMonoMs;
    this.#containerSinceMonoMs = startMonoMs;
    this.#containerHeatRatio = 0;
  }

  /** The plant opens in thermal balance with whatever its miners then draw. */
  settleHeat(): void {
    this.#containerHeatRatio = this.#minersW(this.#startMonoMs) / this.#minersRatedW;
  }

  change({ phase, feeder }: Place, old: Line, next: Line, nowMonoMs: number): void {
    this.#containerHeatRatio = this.#heatRatioAt(nowMonoMs);
    this.#containerSinceMonoMs = nowMonoMs;
    const ledger = assertDefined(this.#ledgers[phases.indexOf(phase)], "three phases, three sums");
    ledger.replace(old, next, nowMonoMs);
    if (feeder === undefined) return;
    const own = this.#feederLedgers.get(feeder) ?? new PhaseLedger(this.#startMonoMs);
    this.#feederLedgers.set(feeder, own);
    own.replace(old, next, nowMonoMs);
  }

  setLive(phaseIndex: 0 | 1 | 2, isLive: boolean, nowMonoMs: number): void {
    this.#baseEnergyKwh = this.#baseEnergyAt(nowMonoMs);
    this.#baseSinceMonoMs = nowMonoMs;
    this.#isLive[phaseIndex] = isLive;
  }

  isLive(phaseIndex: 0 | 1 | 2): boolean {
    return this.#isLive[phaseIndex];
  }

  containerC(nowMonoMs: number): number {
    const { ambientC, containerRiseC } = this.#site;
    return ambientC + containerRiseC * this.#heatRatioAt(nowMonoMs);
  }

  minersKw(nowMonoMs: number): number {
    return this.#minersW(nowMonoMs) / 1_000;
  }

  minersKwOn(feeder: string, nowMonoMs: number): number {
    return (this.#feederLedgers.get(feeder)?.powerW(nowMonoMs) ?? 0) / 1_000;
  }

  powerKw(nowMonoMs: number): number {
    return this.minersKw(nowMonoMs) + this.#basePhaseKw(nowMonoMs) * this.#liveCount();
  }

  stateAt(nowMonoMs: number, { frequencyHz, voltageRatios }: GridState): FeederState {
    const basePhaseKw = this.#basePhaseKw(nowMonoMs);
    const perPhase = (of: (index: 0 | 1 | 2) => number): PerPhase => [of(0), of(1), of(2)];
    const minersKw = perPhase((index) => this.#ledgers[index].powerW(nowMonoMs) / 1_000);
    const baseKw = perPhase((index) => (this.#isLive[index] ? basePhaseKw : 0));
    const phasePowersKw = perPhase((index) => minersKw[index] + baseKw[index]);
    const phaseKvar = perPhase(
      (index) => minersKw[index] * minerKvarPerKw + baseKw[index] * baseKvarPerKw,
    );
    const voltagesV = perPhase((index) => this.#site.nominalVoltageV * voltageRatios[index]);
    const phaseKva = perPhase((index) => Math.hypot(phasePowersKw[index], phaseKvar[index]));
    const powerKw = sum(phasePowersKw);
    const reactiveKvar = sum(phaseKvar);
    const apparentKva = Math.hypot(powerKw, reactiveKvar);
    const isDrawing = (index: 0 | 1 | 2): boolean => voltagesV[index] > 0 && phaseKva[index] > 0;
    return {
      frequencyHz,
      voltagesV,
      currentsA: perPhase((i) => (isDrawing(i) ? (1_000 * phaseKva[i]) / voltagesV[i] : 0)),
      phasePowersKw,
      powerKw,
      reactiveKvar,
      apparentKva,
      powerFactorRatio: apparentKva > 0 ? powerKw / apparentKva : undefined,
      energyImportKwh: this.#minersEnergyKwh(nowMonoMs) + this.#baseEnergyAt(nowMonoMs),
      energyExportKwh: 0,
    };
  }

  #minersW(nowMonoMs: number): number {
    const [l1, l2, l3] = this.#ledgers;
    return l1.powerW(nowMonoMs) + l2.powerW(nowMonoMs) + l3.powerW(nowMonoMs);
  }

  #minersEnergyKwh(nowMonoMs: number): number {
    const [l1, l2, l3] = this.#ledgers;
    const wMs = l1.energyWMs(nowMonoMs) + l2.energyWMs(nowMonoMs) + l3.energyWMs(nowMonoMs);
    return wMs * kwhPerWMs;
  }

  #heatRatioAt(nowMonoMs: number): number {
    const slopeWPerMs = this.#ledgers.reduce((all, ledger) => all + ledger.slopeWPerMs(), 0);
    const line = {
      start: this.#minersW(this.#containerSinceMonoMs) / this.#minersRatedW,
      perMs: slopeWPerMs / this.#minersRatedW,
    };
    const elapsedMs = nowMonoMs - this.#containerSinceMonoMs;
    return lagAfter(this.#containerHeatRatio, line, elapsedMs, containerTauMs);
  }

  #basePhaseKw(nowMonoMs: number): number {
    const noise = baseNoiseRatio * this.#baseNoise.at(nowMonoMs - this.#startMonoMs);
    return (this.#site.baseKw / 3) * (1 + noise);
  }

  #baseEnergyAt(nowMonoMs: number): number {
    const area = (monoMs: number): number =>
      this.#baseNoise.areaUntil(monoMs - this.#startMonoMs) * baseNoiseRatio + monoMs;
    const meanMs = area(nowMonoMs) - area(this.#baseSinceMonoMs);
    const phasesKwh = (this.#site.baseKw / 3) * meanMs * kwhPerKwMs;
    return this.#baseEnergyKwh + phasesKwh * this.#liveCount();
  }

  #liveCount(): number {
    return this.#isLive.filter(Boolean).length;
  }
}

const sum = ([l1, l2, l3]: PerPhase): number => l1 + l2 + l3;
