import fc from "fast-check";
import { type Decision, decide } from "../src/core/decide.ts";
import type { Law } from "../src/core/law.ts";
import type { CapPicture, FrequencySample, MeterPicture, Picture } from "../src/core/picture.ts";
import type { State } from "../src/core/state.ts";
import { meterSaying, silentMeter } from "../src/replay/play.ts";

/** One step of a wild night: time passes, a meter says anything or nothing, caps come and go. */
export const doubtful = fc.record({
  frequencyMilliHz: fc.oneof(
    fc.integer({ min: 49_000, max: 50_500 }),
    fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, -1, 70_000, 47_400),
  ),
  quality: fc.constantFrom("suspect" as const, "bad" as const),
  isDeadBus: fc.boolean(),
});
const trusted = fc.record({
  frequencyMilliHz: fc.oneof(
    fc.integer({ min: 49_000, max: 50_500 }),
    fc.constant(50_000),
    fc.constantFrom(49_500, 49_675, 49_300, 49_750),
  ),
  quality: fc.constant("good" as const),
  isDeadBus: fc.constant(false),
});
export const step = fc.record({
  elapsedMs: fc.constantFrom(50, 200, 1_000, 1_000, 1_000, 2_000, 4_000, 12_000),
  sample: fc.option(fc.oneof({ weight: 4, arbitrary: trusted }, doubtful), { nil: undefined }),
  voltageMaxRatio: fc.option(fc.double({ min: 0, max: 1.2, noNaN: true }), { nil: undefined }),
  capW: fc.option(fc.integer({ min: 0, max: 700_000 }), { nil: undefined }),
  fleet: fc.option(
    fc.record({ commandedW: fc.integer({ min: 0, max: 600_000 }), isReadBack: fc.boolean() }),
    { nil: undefined },
  ),
});
export interface Step extends Pick<Picture, "fleet"> {
  /** What the supply says, and how old that is. */
  readonly supply?: { readonly capW: number; readonly ageMs: number } | undefined;
  readonly elapsedMs: number;
  readonly sample: Pick<FrequencySample, "frequencyMilliHz" | "quality" | "isDeadBus"> | undefined;
  readonly voltageMaxRatio: number | undefined;
  readonly capW: number | undefined;
}
/** Long calm stretches in between, or no restore would ever be seen. */
export const night = fc.array(fc.tuple(step, fc.constantFrom(0, 0, 0, 1, 150, 300)), {
  maxLength: 16,
});
export type Night = readonly (readonly [wild: Step, calmCount: number])[];
export const unrolled = (steps: Night): readonly Step[] =>
  steps.flatMap(([wild, calmCount]) => [wild, ...Array<Step>(calmCount).fill(calmStep)]);
export const calmStep: Step = {
  elapsedMs: 1_000,
  sample: { frequencyMilliHz: 50_000, quality: "good", isDeadBus: false },
  voltageMaxRatio: 1,
  capW: undefined,
  fleet: { commandedW: 560_000, isReadBack: true },
};

export interface Moment {
  readonly step: Step;
  readonly picture: Picture;
  readonly before: State;
  readonly decision: Decision;
}

export function live(steps: readonly Step[], start: State, with_: Law): readonly Moment[] {
  let nowMonoMs = 0;
  let state = start;
  return steps.map((now) => {
    nowMonoMs += now.elapsedMs;
    const picture = pictureOf(now, nowMonoMs);
    const before = state;
    const decision = decide(before, picture, with_);
    state = decision.state;
    return { step: now, picture, before, decision };
  });
}

export function pictureOf(now: Step, nowMonoMs: number): Picture {
  const { sample, voltageMaxRatio, capW, supply, fleet } = now;
  const voltage =
    voltageMaxRatio === undefined ? undefined : { voltageMaxRatio, measuredMonoMs: nowMonoMs };
  const meter: MeterPicture = {
    ...(sample === undefined ? silentMeter : meterSaying({ ...sample, measuredMonoMs: nowMonoMs })),
    voltage,
  };
  const caps: readonly CapPicture[] =
    capW === undefined ? [] : [{ source: "operator", capW, expiresAtMs: nowMonoMs + 1 }];
  return {
    nowMonoMs,
    wallAtMs: nowMonoMs,
    meters: [meter],
    caps,
    supply: supply && { capW: supply.capW, trueAtMonoMs: nowMonoMs - supply.ageMs },
    fleet,
    targetBeforeStartW: undefined,
  };
}

export const rise = ({ before, decision }: Moment): number =>
  (decision.targetW ?? 0) - (before.targetW ?? Number.POSITIVE_INFINITY);
