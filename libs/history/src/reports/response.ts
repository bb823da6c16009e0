import type { GridEventRecord } from "../records.ts";
import { between, type Crossing, type Curve, firstCrossing, lowestOf, medianOf } from "./curve.ts";

/** What the load did, told by one curve. Times count from the start of the event. */
export interface Response {
  /** The load before; undefined where nobody told. */
  readonly beforeKw: number | undefined;
  readonly lowestKw: number | undefined;
  /** How far it fell. */
  readonly shedKw: number | undefined;
  readonly first: Crossing | undefined;
  readonly half: Crossing | undefined;
  readonly full: Crossing | undefined;
  readonly returnFirst: Crossing | undefined;
  readonly returnFull: Crossing | undefined;
  /** Against the load before, from the start to the end; what no sample covers is left out. */
  readonly notDrawnKwh: number | undefined;
  /** How much of the event the samples cover. */
  readonly coveredRatio: number | undefined;
}

/** Sleeping miners draw their standby: a load that fell by this much has fallen as it was told. */
export const fullRatio = 0.95;
/** A drop or rise by less is the breathing of a load, and no answer. */
export const noticedRatio = 0.02;
/** The load before is the median of the time in which nothing had happened yet. */
const beforeFromMs = 30_000;
const beforeUntilMs = 5_000;
/** Between samples that lie further apart, nobody knows. */
const holdMs = 5_000;

const nothing: Response = {
  beforeKw: undefined,
  lowestKw: undefined,
  shedKw: undefined,
  first: undefined,
  half: undefined,
  full: undefined,
  returnFirst: undefined,
  returnFull: undefined,
  notDrawnKwh: undefined,
  coveredRatio: undefined,
};

/** With a shed that was wanted, half and full count against that; else against what fell. */
export function responseOf(
  curve: Curve,
  event: Pick<GridEventRecord, "atMs" | "endedAtMs">,
  wanted: { readonly shedKw: number | undefined },
): Response {
  const last = curve.at(-1);
  const endAtMs = event.endedAtMs ?? last?.atMs ?? event.atMs;
  // A fast fall sheds before it has lasted long enough to be an event.
  const beganAtMs = event.atMs - beforeUntilMs;
  const beforeKw = loadBefore(curve, event.atMs);
  const lowest = lowestOf(between(curve, beganAtMs, endAtMs));
  if (beforeKw === undefined || lowest === undefined) return nothing;
  const shedKw = Math.max(0, beforeKw - lowest.value);
  const drawn = notDrawn(curve, beforeKw, event.atMs, endAtMs);
  const told = { beforeKw, lowestKw: lowest.value, shedKw, ...drawn };
  const noticedKw = beforeKw * noticedRatio;
  if (shedKw <= noticedKw) return { ...nothing, ...told };

  const aimKw = wanted.shedKw ?? shedKw;
  // What was commanded is a step curve, told at each change, and needs no allowance for standby.
  const isExact = wanted.shedKw === undefined;
  const fallTo = (shareKw: number): Crossing | undefined =>
    sinceStart(
      firstCrossing(curve, beganAtMs, (kw) => kw <= beforeKw - shareKw + 1e-6, isExact),
      event.atMs,
      beganAtMs,
    );
  const lowestEnd = lastLow(curve, lowest.value + noticedKw, endAtMs) ?? lowest.atMs;
  const riseTo = (kw: number): Crossing | undefined =>
    sinceStart(
      firstCrossing(curve, lowestEnd, (value) => value >= kw - 1e-6, isExact),
      event.atMs,
      lowestEnd,
    );
  return {
    ...told,
    first: fallTo(noticedKw),
    half: fallTo(aimKw / 2),
    full: fallTo(isExact ? aimKw : aimKw * fullRatio),
    returnFirst: riseTo(lowest.value + noticedKw),
    returnFull: riseTo(isExact ? beforeKw : lowest.value + shedKw * fullRatio),
  };
}

export function loadBefore(curve: Curve, startedAtMs: number): number | undefined {
  const calm = between(curve, startedAtMs - beforeFromMs, startedAtMs - beforeUntilMs);
  return medianOf(calm.map(({ value }) => value));
}

/** From here on the load was never as low again. */
const lastLow = (curve: Curve, kw: number, endAtMs: number): number | undefined =>
  curve.findLast(({ atMs, value }) => atMs <= endAtMs && value < kw)?.atMs;

const sinceStart = (
  crossing: Crossing | undefined,
  startedAtMs: number,
  countedFromAtMs: number,
): Crossing | undefined => {
  if (crossing === undefined) return undefined;
  const shiftMs = countedFromAtMs - startedAtMs;
  return { earliestMs: crossing.earliestMs + shiftMs, latestMs: crossing.latestMs + shiftMs };
};

function notDrawn(
  curve: Curve,
  beforeKw: number,
  fromAtMs: number,
  untilAtMs: number,
): Pick<Response, "notDrawnKwh" | "coveredRatio"> {
  let kwMs = 0;
  let coveredMs = 0;
  for (const [index, { atMs, value }] of curve.entries()) {
    const nextAtMs = curve[index + 1]?.atMs ?? atMs;
    const startAtMs = Math.max(fromAtMs, atMs);
    const endAtMs = Math.min(untilAtMs, nextAtMs, atMs + holdMs);
    if (endAtMs <= startAtMs) continue;
    coveredMs += endAtMs - startAtMs;
    kwMs += Math.max(0, beforeKw - value) * (endAtMs - startAtMs);
  }
  if (untilAtMs <= fromAtMs) return { notDrawnKwh: undefined, coveredRatio: undefined };
  return { notDrawnKwh: kwMs / 3_600_000, coveredRatio: coveredMs / (untilAtMs - fromAtMs) };
}
