import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  calmStep,
  doubtful,
  live,
  night,
  pictureOf,
  rise,
  type Step,
  step,
  unrolled,
} from "../../test/nights.ts";
import { exampleConfig, LoadControllerConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { profileNames } from "../profiles.ts";
import { decide } from "./decide.ts";
import { encodeEntry, encodeHead } from "./journal-line.ts";
import type { Law } from "./law.ts";
import { bootState, runningState, type State } from "./state.ts";

const law = lawOf(exampleConfig);
const laws = fc.constantFrom(
  ...profileNames.map((profile) =>
    lawOf(LoadControllerConfig.parse({ ...exampleConfig, profile })),
  ),
);
const runs = { numRuns: 100 };

const running = (with_: Law): State => runningState({ nowMonoMs: 0, seed: 1 }, with_);

test("1: two good samples a second apart at or below the trip mean nothing runs", () => {
  fc.assert(
    fc.property(
      night,
      laws,
      fc.integer({ min: 45_000, max: 49_500 }),
      fc.integer({ min: 45_000, max: 49_500 }),
      (steps, chosen, first, second) => {
        const good = { quality: "good" as const, isDeadBus: false };
        const two = [first, second].map((frequencyMilliHz) => ({
          ...calmStep,
          sample: { frequencyMilliHz, ...good },
        }));
        expect(
          live([...unrolled(steps), ...two], running(chosen), chosen).at(-1)?.decision.targetW,
        ).toBe(0);
      },
    ),
    runs,
  );
});

test("2: an uncontradicted emergency puts all off within half a second", () => {
  fc.assert(
    fc.property(night, laws, fc.integer({ min: 45_000, max: 49_300 }), (steps, chosen, low) => {
      const sample = { frequencyMilliHz: low, quality: "good" as const, isDeadBus: false };
      const silence: Step = { ...calmStep, elapsedMs: 200, sample: undefined };
      const moments = live(
        [...unrolled(steps), { ...calmStep, sample }, silence, silence],
        running(chosen),
        chosen,
      );
      expect(moments.at(-1)?.decision.targetW).toBe(0);
    }),
    runs,
  );
});

test("3: while a stage is confirmed the target stays below it, whatever anybody wants", () => {
  fc.assert(
    fc.property(night, laws, (steps, chosen) => {
      const broken = live(unrolled(steps), running(chosen), chosen).filter(
        ({ decision: { view, targetW = 0 } }) =>
          targetW > (chosen.stages[view.stage - 1]?.capW ?? Number.POSITIVE_INFINITY),
      );
      expect(broken).toEqual([]);
    }),
    runs,
  );
});

test("4: the target rises only on a good, high, held frequency of a site that sees", () => {
  let riseCount = 0;
  fc.assert(
    fc.property(night, laws, (steps, chosen) => {
      const moments = live(unrolled(steps), running(chosen), chosen);
      for (const [index, moment] of moments.entries()) {
        if (rise(moment) <= 0) continue;
        riseCount += 1;
        // Judged from the samples themselves, not from what the law made of them.
        const recent = moments
          .slice(0, index + 1)
          .filter(
            ({ picture, step: { sample } }) =>
              sample?.quality === "good" &&
              sample.frequencyMilliHz > 45_000 &&
              sample.frequencyMilliHz < 55_000 &&
              Math.floor(picture.nowMonoMs / 1_000) >
                Math.floor(moment.picture.nowMonoMs / 1_000) - 10,
          )
          .map(({ picture, step: { sample } }) => ({
            atMs: picture.nowMonoMs,
            milliHz: sample?.frequencyMilliHz ?? 0,
          }));
        const newest = recent.at(-1);
        expect(newest?.milliHz).toBeGreaterThanOrEqual(chosen.holdMilliHz);
        expect(moment.picture.nowMonoMs - (newest?.atMs ?? 0)).toBeLessThanOrEqual(3_000);
        const mean = recent.reduce((sum, { milliHz }) => sum + milliHz, 0) / recent.length;
        expect(mean).toBeGreaterThanOrEqual(chosen.restoreMilliHz);
        expect(moment.decision.state.loss.isLost).toBe(false);
      }
    }),
    runs,
  );
  expect(riseCount).toBeGreaterThan(100); // A property over nothing would prove nothing.
});

test("5: a shed is complete in its own decision, whatever batches and delays are under way", () => {
  fc.assert(
    fc.property(night, laws, (steps, chosen) => {
      for (const { decision } of live(unrolled(steps), running(chosen), chosen)) {
        if (decision.view.isEmergency) expect(decision.targetW).toBe(0);
        const kicked = chosen.stages[decision.view.kickStage - 1];
        if (kicked !== undefined) expect(decision.targetW).toBeLessThanOrEqual(kicked.capW);
      }
    }),
    runs,
  );
});

test("6: the grid's cap rises by one batch at a time, at least its spacing apart", () => {
  fc.assert(
    fc.property(night, laws, (steps, chosen) => {
      let lastRiseMonoMs = Number.NEGATIVE_INFINITY;
      for (const { before, decision, picture } of live(unrolled(steps), running(chosen), chosen)) {
        const capRise = (decision.state.gridCapW ?? 0) - (before.gridCapW ?? 0);
        if (capRise <= 0) continue;
        expect(capRise).toBeLessThanOrEqual(chosen.batchW);
        expect(picture.nowMonoMs - lastRiseMonoMs).toBeGreaterThanOrEqual(chosen.batchSpacingMs);
        lastRiseMonoMs = picture.nowMonoMs;
      }
    }),
    runs,
  );
});

test("9: blind for more than 10 s, the target never rises, and is safe after all steps", () => {
  fc.assert(
    fc.property(night, laws, fc.boolean(), (steps, chosen, isDoubtful) => {
      const blind: Step = {
        ...calmStep,
        elapsedMs: 200,
        sample: isDoubtful
          ? { frequencyMilliHz: 50_000, quality: "suspect", isDeadBus: false }
          : undefined,
      };
      const blindCount = (10_000 + chosen.stages.length * 5_000) / 200;
      const all = [...unrolled(steps), calmStep, ...Array<Step>(blindCount).fill(blind)];
      const moments = live(all, running(chosen), chosen).slice(-blindCount);
      // Degraded is enough: from 3 s on nothing may rise.
      expect(moments.slice(15).filter((moment) => rise(moment) > 0)).toEqual([]);
      expect(moments.at(-1)?.decision.targetW).toBe(chosen.safeW);
    }),
    runs,
  );
});

test("10: a sample without quality raises nothing and resets no latch", () => {
  fc.assert(
    fc.property(night, doubtful, laws, (steps, sample, chosen) => {
      const moments = live([...unrolled(steps), { ...calmStep, sample }], running(chosen), chosen);
      const last = moments.at(-1);
      const gridCapBeforeW = last?.before.gridCapW ?? 0;
      const gridCapW = last?.decision.state.gridCapW ?? 0;
      // The heartbeat may release a batch while the last good sample is still fresh.
      const released = last?.decision.reason === "release" ? chosen.batchW : 0;
      expect(gridCapW).toBeLessThanOrEqual(gridCapBeforeW + released);
      expect(last?.decision.state.meters[0]?.lastGoodMonoMs).toBe(
        last?.before.meters[0]?.lastGoodMonoMs,
      );
      expect(last?.decision.state.meters[0]?.goodSinceMonoMs).toBeUndefined();
    }),
    runs,
  );
});

test("11: the frequency of a dead bus is never used, and leads to off", () => {
  fc.assert(
    fc.property(night, fc.integer({ min: 49_000, max: 50_500 }), (steps, frequencyMilliHz) => {
      const sample = { frequencyMilliHz, quality: "good" as const, isDeadBus: true };
      const { decision } =
        live([...unrolled(steps), { ...calmStep, sample }], running(law), law).at(-1) ?? {};
      expect(decision).toMatchObject({ targetW: 0, phase: "lost" });
    }),
    runs,
  );
});

test("12: the target is the lowest cap, between nothing and everything; no cap raises another", () => {
  fc.assert(
    fc.property(night, laws, (steps, chosen) => {
      for (const { decision, picture } of live(unrolled(steps), running(chosen), chosen)) {
        const { targetW = Number.NaN, caps } = decision;
        const lowestW = Math.min(chosen.ratedW, ...caps.map(({ capW }) => capW));
        const isWithin = targetW >= 0 && picture.caps.every(({ capW }) => targetW <= capW);
        if (targetW !== lowestW || !isWithin) throw new Error(JSON.stringify(decision));
      }
    }),
    runs,
  );
});

test("12: a further cap never makes the target higher", () => {
  fc.assert(
    fc.property(night, step, fc.integer({ min: 0, max: 600_000 }), (steps, last, capW) => {
      const { decision: withoutCap } =
        live([...unrolled(steps), { ...last, capW: undefined }], running(law), law).at(-1) ?? {};
      const { decision: withCap } =
        live([...unrolled(steps), { ...last, capW }], running(law), law).at(-1) ?? {};
      expect(withCap?.targetW).toBeLessThanOrEqual(withoutCap?.targetW ?? Number.NaN);
    }),
    runs,
  );
});

test("16: the same state, picture and law give the same decision, and nothing is written to", () => {
  fc.assert(
    fc.property(night, laws, (steps, chosen) => {
      let state = deepFrozen(running(deepFrozen(chosen)));
      let nowMonoMs = 0;
      for (const now of unrolled(steps)) {
        nowMonoMs += now.elapsedMs;
        const picture = deepFrozen(pictureOf(now, nowMonoMs));
        const decision = decide(state, picture, chosen);
        const again = JSON.stringify(decide(state, picture, chosen));
        if (again !== JSON.stringify(decision)) throw new Error(again);
        state = deepFrozen(decision.state);
      }
    }),
    { numRuns: 30 },
  );
});

test("20: a start never allows more than what it finds, until the restore path does", () => {
  fc.assert(
    fc.property(night, laws, fc.integer({ min: 0, max: 560_000 }), (steps, chosen, commandedW) => {
      const fleet = { commandedW, isReadBack: true };
      const found: Step = { ...calmStep, fleet };
      const start = bootState({ nowMonoMs: 0, seed: 3 }, chosen);
      let ceilingW = commandedW;
      for (const { before, decision } of live([found, ...unrolled(steps)], start, chosen)) {
        const gridCapW = decision.state.gridCapW ?? 0;
        if (gridCapW > (before.gridCapW ?? gridCapW)) ceilingW += chosen.batchW;
        if ((decision.targetW ?? 0) > ceilingW) throw new Error(JSON.stringify(decision));
      }
    }),
    runs,
  );
});

test("20: nothing is said before the fleet is known, except less", () => {
  fc.assert(
    fc.property(night, (steps) => {
      const start = bootState({ nowMonoMs: 0, seed: 3 }, law);
      const mute = unrolled(steps).map((now): Step => ({ ...now, fleet: undefined }));
      let beforeW = law.ratedW;
      for (const { decision } of live(mute, start, law)) {
        if (decision.targetW === undefined) continue;
        expect(decision.targetW).toBeLessThanOrEqual(beforeW);
        beforeW = decision.targetW;
      }
    }),
    runs,
  );
});

test("the state stays small, however long the night", () => {
  fc.assert(
    fc.property(night, laws, (steps, chosen) => {
      const last = live(unrolled(steps), running(chosen), chosen).at(-1);
      if (last === undefined) return;
      expect(encodeHead(chosen, last.decision.state).length).toBeLessThan(12_000);
      expect(encodeEntry(last.picture, last.decision).length).toBeLessThan(300);
    }),
    { numRuns: 50 },
  );
});

function deepFrozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFrozen(inner);
  }
  return value;
}
