import type { Random } from "@ballast/kernel";
import type { MinerMode, MinerSpec, Range } from "./simulated-miner.ts";

/** A stretch of a miner's life in which power and hashrate change in straight lines. */
export interface Leg {
  readonly mode: MinerMode;
  readonly isReachable: boolean;
  /** Infinite for the last leg of a course: the unit stays there until something happens to it. */
  readonly durationMs: number;
  readonly fromW: number;
  readonly toW: number;
  readonly fromThs: number;
  readonly toThs: number;
}

/** What is coming for a miner if nobody interferes. Never empty; only the last leg is endless. */
export type Course = readonly [Leg, ...Leg[]];

/** Where a miner stands when its course changes. */
export interface Standing {
  readonly powerW: number;
  readonly hashrateThs: number;
  /** 0 cold, 1 at the temperature of full load. */
  readonly heatRatio: number;
}

/** No unit ever draws more than this share of its rating (measured with automatic tuning). */
export const overshootMaxRatio = 1.15;

const bootDefaultMs: Range = { minMs: 30_000, maxMs: 180_000 };
const rampDefaultMs: Range = { minMs: 30_000, maxMs: 120_000 };
const boardBootMs: Range = { minMs: 60_000, maxMs: 120_000 };
const overshootMs: Range = { minMs: 120_000, maxMs: 480_000 };
const settleMs = 60_000;
/** A unit below this share of its working heat tunes upwards when it starts. */
const coldBelowHeatRatio = 0.5;

const draw = (random: Random, { minMs, maxMs }: Range): number => random.integer(minMs, maxMs);

const between = (random: Random, min: number, max: number): number =>
  min + (max - min) * random.next();

const flat = (mode: MinerMode, powerW: number, durationMs: number, isReachable = true): Leg => ({
  mode,
  isReachable,
  durationMs,
  fromW: powerW,
  toW: powerW,
  fromThs: 0,
  toThs: 0,
});

export const offCourse = (): Course => [flat("off", 0, Number.POSITIVE_INFINITY, false)];

export const sleepingCourse = (spec: MinerSpec): Course => [
  flat("sleeping", spec.standbyW, Number.POSITIVE_INFINITY),
];

/** Warm and settled at its own full power, which is `fullRatio` of the nameplate. */
export const hashingCourse = (spec: MinerSpec, fullRatio: number): Course => [
  {
    mode: "hashing",
    isReachable: true,
    durationMs: Number.POSITIVE_INFINITY,
    fromW: spec.ratedW * fullRatio,
    toW: spec.ratedW * fullRatio,
    fromThs: spec.ratedThs * fullRatio,
    toThs: spec.ratedThs * fullRatio,
  },
];

/** Power falls in a straight line; hashing ends with it. */
export function stopCourse(spec: MinerSpec, from: Standing): Course {
  const stopping: Leg = {
    mode: "stopping",
    isReachable: true,
    durationMs: spec.stopMs,
    fromW: from.powerW,
    toW: spec.standbyW,
    fromThs: from.hashrateThs,
    toThs: 0,
  };
  return [stopping, ...sleepingCourse(spec)];
}

/**
 * Boot without hashes, ramp to full; a cold unit first overshoots while it tunes itself, holds that
 * for minutes, and settles.
 */
export function wakeCourse(
  spec: MinerSpec,
  heatRatio: number,
  fullRatio: number,
  random: Random,
): Course {
  const bootW = bootPowerW(spec, random);
  const fullW = spec.ratedW * fullRatio;
  const fullThs = spec.ratedThs * fullRatio;
  const isCold = heatRatio < coldBelowHeatRatio;
  // A warm unit goes straight to its own full power: its peak is flat.
  const peakRatio = isCold ? between(random, 1.05, overshootMaxRatio) : fullRatio;
  const peakW = spec.ratedW * peakRatio;
  const peakThs = spec.ratedThs * peakRatio;
  const hashing = { mode: "hashing", isReachable: true } as const;
  const boot = flat("starting", bootW, draw(random, spec.bootMs ?? bootDefaultMs));
  const rampMs = draw(random, spec.rampMs ?? rampDefaultMs);
  const ramp = { ...hashing, durationMs: rampMs, fromW: bootW, toW: peakW };
  const settled = hashingCourse(spec, fullRatio);
  const legs: [Leg, Leg] = [boot, { ...ramp, fromThs: 0, toThs: peakThs }];
  const holdMs = draw(random, overshootMs);
  const peak = { ...hashing, fromW: peakW, fromThs: peakThs };
  const hold: Leg = { ...peak, durationMs: holdMs, toW: peakW, toThs: peakThs };
  const settle: Leg = { ...peak, durationMs: settleMs, toW: fullW, toThs: fullThs };
  return [...legs, hold, settle, ...settled];
}

/** Voltage is back: the control board boots first, and refuses connections until it is done. */
export function powerReturnCourse(
  spec: MinerSpec,
  isStayingAsleep: boolean,
  heatRatio: number,
  fullRatio: number,
  random: Random,
): Course {
  const bootMs = draw(random, boardBootMs);
  if (isStayingAsleep) {
    return [flat("sleeping", spec.standbyW, bootMs, false), ...sleepingCourse(spec)];
  }
  const boardBoot = flat("starting", bootPowerW(spec, random), bootMs, false);
  return [boardBoot, ...wakeCourse(spec, heatRatio, fullRatio, random)];
}

/** 5 to 20 % of the rating, as fans and control board draw while nothing hashes. */
const bootPowerW = (spec: MinerSpec, random: Random): number =>
  Math.max(spec.standbyW, spec.ratedW * between(random, 0.05, 0.2));
