import {
  type AvailableTrack,
  addAvailable,
  fallKwPerS,
  lowestKw,
  unheardSupply,
} from "./available-power.ts";
import { isFresh, type SitePicture } from "./site-picture.ts";
import { reserveRatioOf, type SupplyLaw } from "./supply-law.ts";

/** Without sensors the allowance falls by this share of its last good value in a minute. */
const decayRatioPerMinute = 0.1;

/** What was allowed when every needed sensor was last heard. */
export interface GoodMemory {
  readonly allowKw: number | undefined;
  readonly monoMs: number;
}

export function hearSupplies(
  tracks: readonly AvailableTrack[],
  { nowMonoMs, sensors }: SitePicture,
  { supplies }: SupplyLaw,
): readonly AvailableTrack[] {
  return supplies.map(({ availableFrom }, index) => {
    const track = tracks[index] ?? unheardSupply;
    const sensor = sensors.find(({ id }) => id === availableFrom);
    if (sensor?.availableKw === undefined || !isFresh(sensor, nowMonoMs)) return track;
    return addAvailable(track, sensor.availableKw, sensor.measuredMonoMs);
  });
}

/** Needed sensors that say nothing fresh, or not what they are needed for. */
export function silentSensors(
  { nowMonoMs, sensors }: SitePicture,
  law: SupplyLaw,
): readonly string[] {
  return law.neededIds.filter((neededId) => {
    const sensor = sensors.find(({ id }) => id === neededId);
    if (sensor === undefined || !isFresh(sensor, nowMonoMs)) return true;
    const isSupply = law.supplies.some(({ availableFrom }) => availableFrom === neededId);
    return (isSupply ? sensor.availableKw : sensor.powerKw) === undefined;
  });
}

export interface Allowance {
  /** By the lowest of the last minute. */
  readonly lowestKw: number;
  /** The same, less what a steady fall will have taken by the time that miners have stopped. */
  readonly foreseenKw: number;
  /** By what there is now, less the same. */
  readonly presentKw: number;
  readonly isContract: boolean;
}

/** Undefined while it has never been known how much there is. */
export function allowance(
  good: GoodMemory,
  tracks: readonly AvailableTrack[],
  isGood: boolean,
  nowMonoMs: number,
  law: SupplyLaw,
): Allowance | undefined {
  const lowest = sumOverSupplies(tracks, law, lowestKw);
  const present = sumOverSupplies(tracks, law, ({ latestKw }) => latestKw);
  if (lowest === undefined || present === undefined) return undefined;
  if (!isGood && good.allowKw === undefined) return undefined;
  const fallKw = tracks.reduce((sumKw, track) => sumKw + fallKwPerS(track), 0);
  const aheadKw = (fallKw * law.foresightMs) / 1_000;
  const contractKw = law.contractKw ?? Number.POSITIVE_INFINITY;
  const limitKw = Math.min(contractKw, isGood ? contractKw : decayedKw(good, nowMonoMs, law));
  return {
    lowestKw: Math.min(limitKw, lowest),
    foreseenKw: Math.max(0, Math.min(limitKw, lowest - aheadKw)),
    presentKw: Math.max(0, Math.min(limitKw, present - aheadKw)),
    isContract: contractKw < lowest,
  };
}

function sumOverSupplies(
  tracks: readonly AvailableTrack[],
  { supplies }: SupplyLaw,
  kwOf: (track: AvailableTrack) => number | undefined,
): number | undefined {
  if (supplies.length === 0) return Number.POSITIVE_INFINITY;
  let sumKw = 0;
  for (const [index, { availableFrom, ratedKw }] of supplies.entries()) {
    const kw = availableFrom === undefined ? ratedKw : kwOf(tracks[index] ?? unheardSupply);
    if (kw === undefined) return undefined;
    sumKw += Math.min(kw, ratedKw);
  }
  return sumKw;
}

function decayedKw({ allowKw = 0, monoMs }: GoodMemory, nowMonoMs: number, law: SupplyLaw): number {
  const lostMinutes = (nowMonoMs - monoMs) / 60_000;
  const leftRatio = Math.max(0, 1 - decayRatioPerMinute * lostMinutes);
  // The guarantee is a floor of the fall, and never a reason to allow more than was there.
  return Math.max(allowKw * leftRatio, Math.min(allowKw, law.guaranteedKw));
}

/** Several supplies: each one's share is kept free of what that one gives. */
export function reserveOf(
  allowKw: number,
  tracks: readonly AvailableTrack[],
  law: SupplyLaw,
): number {
  let givenKw = 0;
  let keptKw = 0;
  for (const [index, { kind, ratedKw }] of law.supplies.entries()) {
    const kw = Math.min(ratedKw, lowestKw(tracks[index] ?? unheardSupply) ?? ratedKw);
    givenKw += kw;
    keptKw += kw * reserveRatioOf[kind];
  }
  const reserveRatio = givenKw > 0 ? keptKw / givenKw : reserveRatioOf.grid;
  return Math.min(allowKw, Math.max(reserveRatio * allowKw, law.unitKw, law.spinningReserveKw));
}
