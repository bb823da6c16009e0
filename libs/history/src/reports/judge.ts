import type { GridEventRecord } from "../records.ts";
import { type Crossing, type Curve, firstCrossing } from "./curve.ts";
import type { EventCurves } from "./event-report.ts";
import type { Product } from "./products.ts";
import { fullRatio, loadBefore, noticedRatio } from "./response.ts";

export type Verdict = "pass" | "fail" | "unknown" | "not-triggered";

/** One requirement of a product, and what the recording says of it. Times count from the trigger. */
export interface Criterion {
  readonly name: "start" | "half" | "full" | "hold" | "ready";
  readonly requirement: string;
  readonly verdict: Verdict;
  readonly observed: Crossing | undefined;
  readonly why: string;
}

interface Scene {
  readonly curves: EventCurves;
  readonly event: GridEventRecord;
  readonly nominalHz: number;
  /** What the controller wanted: the response is held against it. */
  readonly shedKw: number | undefined;
}

interface Case {
  readonly curve: Curve;
  readonly trigger: { readonly earliestAtMs: number; readonly atMs: number };
  readonly beforeKw: number;
  readonly shedKw: number;
}

/**
 * Holds an event against a product. The power at the meter decides, that of the miners where there is
 * no meter. Where the samples lie too far apart to tell, the verdict is `unknown`, not a guess.
 */
export function judge(product: Product, scene: Scene): readonly Criterion[] {
  const required = requirementsOf(product);
  const all = (verdict: Verdict, why: string): readonly Criterion[] =>
    required.map(({ name, text }) => ({
      name,
      requirement: text,
      verdict,
      observed: undefined,
      why,
    }));
  if (product.nominalHz !== scene.nominalHz) {
    return all("unknown", `the product is one of a ${product.nominalHz} Hz grid`);
  }
  const { frequencyHz, meterKw, measuredKw } = scene.curves;
  if (frequencyHz.length === 0) return all("unknown", "no frequency was recorded");
  const isLow = (hz: number): boolean =>
    Math.round(hz * 1_000) <= Math.round(product.triggerHz * 1_000);
  const index = frequencyHz.findIndex(({ value }) => isLow(value));
  const triggered = frequencyHz[index];
  if (triggered === undefined) {
    return all("not-triggered", `the frequency stayed above ${product.triggerHz} Hz`);
  }
  const curve = meterKw.length > 0 ? meterKw : measuredKw;
  const beforeKw = loadBefore(curve, scene.event.atMs);
  const { shedKw } = scene;
  if (beforeKw === undefined) return all("unknown", "no power was recorded before the event");
  if (shedKw === undefined || shedKw <= beforeKw * noticedRatio) {
    return all("fail", "no response was commanded");
  }
  const earliestAtMs = frequencyHz[index - 1]?.atMs ?? triggered.atMs;
  const trigger = { earliestAtMs, atMs: triggered.atMs };
  const facts: Case = { curve, trigger, beforeKw, shedKw };
  return required.map(({ name, text, limitMs }) => ({
    name,
    requirement: text,
    ...verdictOf(name, limitMs, facts),
  }));
}

interface Requirement {
  readonly name: Criterion["name"];
  readonly text: string;
  readonly limitMs: number;
}

function requirementsOf({
  startMs,
  halfMs,
  fullMs,
  holdMs,
  readyMs,
}: Product): readonly Requirement[] {
  const rows: readonly (readonly [Criterion["name"], string, number | undefined])[] = [
    ["start", "response begins within", startMs],
    ["half", "half of it within", halfMs],
    ["full", "all of it within", fullMs],
    ["hold", "held for at least", holdMs],
    ["ready", "load back, ready again, within", readyMs],
  ];
  return rows.flatMap(([name, words, limitMs]) =>
    limitMs === undefined ? [] : [{ name, text: `${words} ${spanText(limitMs)}`, limitMs }],
  );
}

export const spanText = (spanMs: number): string =>
  spanMs >= 120_000
    ? `${Number((spanMs / 60_000).toFixed(1))} min`
    : `${Number((spanMs / 1_000).toFixed(2))} s`;

type Outcome = Pick<Criterion, "verdict" | "observed" | "why">;

function verdictOf(name: Criterion["name"], limitMs: number, facts: Case): Outcome {
  const { curve, trigger, beforeKw, shedKw } = facts;
  const fullKw = beforeKw - shedKw * fullRatio;
  if (name === "hold") return held(limitMs, facts, fullKw);
  const fromAtMs = curve[0]?.atMs ?? trigger.atMs;
  const isReached: Readonly<Record<Exclude<Criterion["name"], "hold">, (kw: number) => boolean>> = {
    start: (kw) => kw <= beforeKw - beforeKw * noticedRatio,
    half: (kw) => kw <= beforeKw - shedKw / 2,
    full: (kw) => kw <= fullKw,
    ready: (kw) => kw >= beforeKw - shedKw * (1 - fullRatio),
  };
  const since = name === "ready" ? (fullAt(facts, fullKw) ?? trigger.atMs) : fromAtMs;
  const crossing = firstCrossing(curve, since, isReached[name]);
  if (crossing === undefined) return missed(limitMs, facts);
  // The trigger, too, lies between two samples.
  const observed = {
    earliestMs: Math.max(0, since + crossing.earliestMs - trigger.atMs),
    latestMs: Math.max(0, since + crossing.latestMs - trigger.earliestAtMs),
  };
  return { ...within(observed, limitMs), observed };
}

function within({ earliestMs, latestMs }: Crossing, limitMs: number): Omit<Outcome, "observed"> {
  if (latestMs <= limitMs) return { verdict: "pass", why: "" };
  if (earliestMs > limitMs) return { verdict: "fail", why: "too late" };
  return { verdict: "unknown", why: "the samples lie too far apart to tell" };
}

/** It did not happen: late, unless the recording ends before it had to. */
function missed(limitMs: number, { curve, trigger }: Case): Outcome {
  const isSeen = (curve.at(-1)?.atMs ?? 0) - trigger.atMs > limitMs;
  return isSeen
    ? { verdict: "fail", observed: undefined, why: "it was not reached" }
    : { verdict: "unknown", observed: undefined, why: "the recording ends before" };
}

const fullAt = ({ curve }: Case, fullKw: number): number | undefined =>
  curve.find(({ value }) => value <= fullKw)?.atMs;

function held(limitMs: number, facts: Case, fullKw: number): Outcome {
  const { curve } = facts;
  const beganAtMs = fullAt(facts, fullKw);
  if (beganAtMs === undefined) return { ...missed(0, facts), why: "all of it was never reached" };
  const released = firstCrossing(curve, beganAtMs, (kw) => kw > fullKw);
  if (released === undefined) {
    const seenMs = (curve.at(-1)?.atMs ?? beganAtMs) - beganAtMs;
    const observed = { earliestMs: seenMs, latestMs: seenMs };
    return seenMs >= limitMs
      ? { verdict: "pass", observed, why: "" }
      : { verdict: "unknown", observed, why: "the recording ends before" };
  }
  if (released.earliestMs >= limitMs) return { verdict: "pass", observed: released, why: "" };
  if (released.latestMs < limitMs) return { verdict: "fail", observed: released, why: "too short" };
  return { verdict: "unknown", observed: released, why: "the samples lie too far apart to tell" };
}
