import {
  type Allowance,
  allowance,
  type GoodMemory,
  hearSupplies,
  reserveOf,
  silentSensors,
} from "./allowance.ts";
import { type AvailableTrack, unheardSupply } from "./available-power.ts";
import { type DeficitTrack, noDeficit, watchDeficit } from "./deficit.ts";
import { type OtherTrack, unknownOther, watchOther } from "./other-power.ts";
import { type Measured, minersPowerKw, type SitePicture, sumOf } from "./site-picture.ts";
import { coverMs, type SupplyLaw } from "./supply-law.ts";

/** After a start the sensors have this long to speak before their silence means anything. */
const startGraceMs = 10_000;
/** Room for more than this many units beside the batch, before load may return. */
const spareUnits = 2;
/** Miners that start or tune draw up to this share of their rating: beyond it room is of no use. */
const coldRatio = 1.15;

/** All that one decision hands to the next. Plain data. */
export interface SupplyState {
  readonly startedMonoMs: number;
  /** In the order of the law's supplies. */
  readonly supplies: readonly AvailableTrack[];
  readonly other: OtherTrack;
  readonly deficit: DeficitTrack;
  readonly good: GoodMemory;
  readonly roomSinceMonoMs: number | undefined;
  readonly capKw: number | undefined;
}

export interface SupplyDecision {
  readonly state: "covered" | "deficit" | "holding" | "decaying" | "unknown";
  readonly reason: string;
  readonly capKw: number;
  readonly allowKw: number;
  readonly reserveKw: number;
  readonly otherKw: number;
  readonly siteKw: number | undefined;
  readonly minersKw: number | undefined;
}

export interface SupplyVerdict {
  readonly state: SupplyState;
  /** Undefined only after a start, while the sensors have not had the time to speak. */
  readonly decision: SupplyDecision | undefined;
}

export const startSupply = (nowMonoMs: number, law: SupplyLaw): SupplyState => ({
  startedMonoMs: nowMonoMs,
  supplies: law.supplies.map(() => unheardSupply),
  other: unknownOther(law.otherKw, nowMonoMs),
  deficit: noDeficit,
  good: { allowKw: undefined, monoMs: nowMonoMs },
  roomSinceMonoMs: undefined,
  capKw: undefined,
});

/**
 * What is there, what must stay free, what others take, and what is left for miners. It falls at
 * once; it rises when more has been there for a minute. Same state, picture and law: same decision.
 */
export function decideSupply(
  before: SupplyState,
  picture: SitePicture,
  law: SupplyLaw,
): SupplyVerdict {
  const { nowMonoMs, fleet } = picture;
  const supplies = hearSupplies(before.supplies, picture, law);
  const silentIds = silentSensors(picture, law);
  const isGood = silentIds.length === 0;
  const allow = allowance(before.good, supplies, isGood, nowMonoMs, law);
  const site = sumOf(picture, "site", law.siteSensorCount);
  const minersKw = minersPowerKw(picture, law.minersSensorCount);
  const other = watchOther(before.other, site, minersKw, law.unitKw, nowMonoMs);
  const heard = { ...before, supplies, other };
  if (allow === undefined) return unknownSupply(heard, { silentIds, site, minersKw }, picture, law);

  const reserveKw = reserveOf(allow.lowestKw, supplies, law);
  // Before the difference of the meters was ever taken, all that is drawn may be others'.
  const otherKw = other.kw ?? site?.kw ?? 0;
  const roomKw = (allowKw: number): number =>
    Math.max(0, allowKw - reserveOf(allowKw, supplies, law) - otherKw);
  const draw = { site, allowKw: allow.lowestKw, reserveKw, fleet, minersKw, recent: other.recent };
  const deficit = watchDeficit(before.deficit, draw, nowMonoMs);
  const neededKw = neededForMore(picture, law);
  const hasRoom =
    isGood && !deficit.isDeficit && neededKw !== undefined && roomKw(allow.presentKw) >= neededKw;
  const roomSinceMonoMs = hasRoom ? (before.roomSinceMonoMs ?? nowMonoMs) : undefined;
  const isCovered = roomSinceMonoMs !== undefined && nowMonoMs - roomSinceMonoMs >= coverMs;

  const roomNowKw = roomKw(allow.foreseenKw);
  const ceilingKw = before.capKw ?? fleet?.commandedKw ?? roomNowKw;
  const keptKw = Math.min(ceilingKw, roomNowKw, deficit.capKw ?? roomNowKw);
  // Less than one more miner is worth no word: meters are never still.
  const isWorthIt = roomNowKw >= keptKw + law.unitKw;
  const capKw = isCovered && isWorthIt ? roomNowKw : keptKw;
  const state = {
    ...heard,
    deficit: deficit.track,
    good: isGood ? { allowKw: allow.lowestKw, monoMs: nowMonoMs } : before.good,
    roomSinceMonoMs,
    capKw,
  };
  if (isSettlingIn(before, picture, silentIds)) {
    return { state: { ...state, capKw: before.capKw }, decision: undefined };
  }
  const finding = { isGood, isDeficit: deficit.isDeficit, hasRoom, isCovered, silentIds };
  const words = inWords(finding, allow, deficit.capKw !== undefined);
  const amounts = { capKw, allowKw: allow.lowestKw, reserveKw, otherKw };
  return { state, decision: { ...words, ...amounts, siteKw: site?.kw, minersKw } };
}

/** So much must be there before more is allowed; beyond what a whole cold fleet draws none is needed. */
function neededForMore({ fleet }: SitePicture, law: SupplyLaw): number | undefined {
  if (fleet === undefined) return undefined;
  const moreKw = fleet.commandedKw + law.batchKw + spareUnits * law.unitKw;
  return Math.min(moreKw, fleet.ratedKw * coldRatio);
}

const isSettlingIn = (
  { startedMonoMs, capKw }: SupplyState,
  { nowMonoMs, fleet }: SitePicture,
  silentIds: readonly string[],
): boolean =>
  capKw === undefined &&
  (silentIds.length > 0 || fleet === undefined) &&
  nowMonoMs - startedMonoMs < startGraceMs;

interface Unheard {
  readonly silentIds: readonly string[];
  readonly site: Measured | undefined;
  readonly minersKw: number | undefined;
}

/** Nobody ever said how much there is: only what is guaranteed may be drawn. */
function unknownSupply(
  state: SupplyState,
  { silentIds, site, minersKw }: Unheard,
  picture: SitePicture,
  law: SupplyLaw,
): SupplyVerdict {
  if (isSettlingIn(state, picture, silentIds)) return { state, decision: undefined };
  const allowKw = law.guaranteedKw;
  const otherKw = state.other.kw ?? 0;
  const capKw = Math.max(0, allowKw - otherKw);
  const reason = `never heard: ${silentIds.join(", ")}; only what is guaranteed`;
  const amounts = { capKw, allowKw, reserveKw: 0, otherKw, siteKw: site?.kw, minersKw };
  return {
    state: { ...state, capKw, roomSinceMonoMs: undefined },
    decision: { state: "unknown", reason, ...amounts },
  };
}

interface Finding {
  readonly isGood: boolean;
  readonly isDeficit: boolean;
  readonly hasRoom: boolean;
  readonly isCovered: boolean;
  readonly silentIds: readonly string[];
}

function inWords(
  { isGood, isDeficit, hasRoom, isCovered, silentIds }: Finding,
  { lowestKw, foreseenKw, isContract }: Allowance,
  isShedding: boolean,
): Pick<SupplyDecision, "state" | "reason"> {
  if (!isGood) {
    const lost = silentIds.join(", ");
    return { state: "decaying", reason: `not heard: ${lost}; the allowance falls step by step` };
  }
  if (isDeficit) {
    const way = isShedding ? "miners are stopped" : "miners are stopping";
    return { state: "deficit", reason: `more is drawn than there is; ${way}` };
  }
  if (hasRoom && !isCovered) {
    return { state: "holding", reason: "more is there, but not for a minute yet" };
  }
  if (foreseenKw < lowestKw) {
    const aheadKw = Math.round(lowestKw - foreseenKw);
    return { state: "covered", reason: `the supply falls; ${aheadKw} kW less are foreseen` };
  }
  return { state: "covered", reason: isContract ? "the contract binds" : "the supply binds" };
}
