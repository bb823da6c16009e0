import type { CycleRecord, GridEventRecord, GridEventSamplesRecord } from "../records.ts";
import { between, type Curve, curveOf, lowestOf, medianOf } from "./curve.ts";
import { type Criterion, judge } from "./judge.ts";
import { type ProductName, productOf } from "./products.ts";
import { type Response, responseOf } from "./response.ts";
import { slopePerS } from "./slope.ts";

export interface EventReportInput {
  readonly siteName: string;
  readonly nominalHz: number;
  readonly event: GridEventRecord;
  readonly samples: readonly GridEventSamplesRecord[];
  /** Of the event's time. */
  readonly cycles: readonly CycleRecord[];
  readonly product: ProductName | undefined;
  /** Where the law sheds, highest first; drawn as lines. */
  readonly stagesHz: readonly number[];
}

export interface EventCurves {
  readonly frequencyHz: Curve;
  readonly targetKw: Curve;
  readonly measuredKw: Curve;
  readonly meterKw: Curve;
}

export interface EventReport {
  readonly siteName: string;
  readonly eventId: string;
  readonly meterId: string;
  readonly trigger: GridEventRecord["trigger"];
  readonly nominalHz: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly frequency: {
    readonly nadirHz: number | undefined;
    readonly nadirAtMs: number | undefined;
    readonly zenithHz: number | undefined;
    readonly slopeMaxHzPerS: number | undefined;
    readonly slopeWindowMs: number;
    readonly slopeAtMs: number | undefined;
    /** The longest time without a good sample between the first and the last. */
    readonly gapMaxMs: number | undefined;
  };
  /** As the load-controller wanted it; then as the miners say they follow; then as the meter saw. */
  readonly commanded: Response;
  readonly measured: Response;
  readonly metered: Response;
  readonly units: {
    readonly unresponsiveIds: readonly string[];
    readonly unconfirmedIds: readonly string[];
    readonly stopsCount: number;
    readonly startsCount: number;
  };
  readonly product: ProductName | undefined;
  readonly criteria: readonly Criterion[];
  readonly stagesHz: readonly number[];
}

/** A second where the meter is quick enough; else two, in which three samples fit. */
const slopeWindowMs = 1_000;
const slopeWindowSlowMs = 2_000;
const quickMs = 250;
/** What the grid did long before has no part in it. */
const leadMs = 30_000;

export const curvesOf = (samples: readonly GridEventSamplesRecord[]): EventCurves => ({
  frequencyHz: curveOf(samples, "frequencyHz"),
  targetKw: curveOf(samples, "targetKw"),
  measuredKw: curveOf(samples, "measuredKw"),
  meterKw: curveOf(samples, "meterKw"),
});

/** Everything that one page says of one event, out of nothing but what was recorded. */
export function eventReport(input: EventReportInput): EventReport {
  const { event, product, nominalHz } = input;
  const curves = curvesOf(input.samples);
  const commanded = responseOf(curves.targetKw, event, { shedKw: undefined });
  const asWanted = { shedKw: commanded.shedKw };
  const measured = responseOf(curves.measuredKw, event, asWanted);
  const metered = responseOf(curves.meterKw, event, asWanted);
  const cycles = input.cycles.filter(
    ({ atMs }) => event.atMs - leadMs <= atMs && atMs <= (event.endedAtMs ?? Infinity),
  );
  return {
    siteName: input.siteName,
    eventId: event.id,
    meterId: event.meterId,
    trigger: event.trigger,
    nominalHz,
    startedAtMs: event.atMs,
    endedAtMs: event.endedAtMs,
    frequency: frequencyOf(curves.frequencyHz, event),
    commanded,
    measured,
    metered,
    units: {
      unresponsiveIds: event.unresponsiveIds,
      unconfirmedIds: event.unconfirmedIds,
      stopsCount: cycles.filter(({ order }) => order === "off").length,
      startsCount: cycles.filter(({ order }) => order === "on").length,
    },
    product,
    criteria:
      product === undefined
        ? []
        : judge(productOf(product), { curves, event, nominalHz, shedKw: commanded.shedKw }),
    stagesHz: input.stagesHz,
  };
}

function frequencyOf(curve: Curve, event: GridEventRecord): EventReport["frequency"] {
  const steps = curve.slice(1).map(({ atMs }, index) => atMs - (curve[index]?.atMs ?? atMs));
  const windowMs = (medianOf(steps) ?? quickMs) <= quickMs ? slopeWindowMs : slopeWindowSlowMs;
  const during = between(curve, event.atMs - leadMs, event.endedAtMs ?? Infinity);
  const lowest = lowestOf(during);
  const steepest = steepestOf(during, windowMs);
  return {
    // The summary saw every sample; the curve of a very long event is thinned.
    nadirHz: event.nadirHz ?? lowest?.value,
    nadirAtMs: event.nadirAtMs ?? lowest?.atMs,
    zenithHz: event.zenithHz,
    slopeMaxHzPerS: steepest?.slopeHzPerS ?? event.slopeMaxHzPerS,
    slopeWindowMs: windowMs,
    slopeAtMs: steepest?.atMs,
    gapMaxMs: steps.length === 0 ? undefined : Math.max(...steps.slice(0, 200_000)),
  };
}

function steepestOf(
  curve: Curve,
  windowMs: number,
): { readonly slopeHzPerS: number; readonly atMs: number } | undefined {
  let steepest: { slopeHzPerS: number; atMs: number } | undefined;
  let firstIndex = 0;
  for (const [index, { atMs }] of curve.entries()) {
    while (atMs - (curve[firstIndex]?.atMs ?? atMs) > windowMs) firstIndex += 1;
    const slopeHzPerS = slopePerS(curve.slice(firstIndex, index + 1), windowMs);
    if (slopeHzPerS === undefined) continue;
    if (Math.abs(slopeHzPerS) > Math.abs(steepest?.slopeHzPerS ?? 0)) {
      steepest = { slopeHzPerS, atMs };
    }
  }
  return steepest;
}
