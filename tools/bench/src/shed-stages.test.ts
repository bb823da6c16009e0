import { expect, test } from "@jest/globals";
import { type ShedTrace, shedTimes } from "./shed-stages.ts";

const trace: ShedTrace = {
  registerMonoMs: 1_000,
  samplesMonoMs: [990, 1_040, 1_090, 1_140],
  targets: [
    { atMonoMs: 995, targetKw: 560 },
    { atMonoMs: 1_041, targetKw: 280 },
    { atMonoMs: 1_092, targetKw: 0 },
    { atMonoMs: 1_141, targetKw: 0 },
  ],
  stopsMonoMs: [1_105, 1_050, 1_100],
};

test("the stages lie between the last sample, the first zero target and the stops", () => {
  expect(shedTimes(trace, 3)).toEqual({
    totalMs: 105,
    meter: 90,
    decide: 2,
    allocate: 8, // The stop at 1050 followed an earlier, higher target.
    send: 5,
  });
});

test("a target of before the change does not count", () => {
  const targets = [{ atMonoMs: 999, targetKw: 0 }, ...trace.targets.slice(2)];
  expect(shedTimes({ ...trace, targets }, 3)?.decide).toBe(2);
});

test.each<[string, Partial<ShedTrace>]>([
  ["one miner was not told", { stopsMonoMs: [1_100, 1_105] }],
  ["the target never reached zero", { targets: trace.targets.slice(0, 2) }],
  ["no sample was published", { samplesMonoMs: [990] }],
  ["the stops came before the decision", { stopsMonoMs: [1_050, 1_051, 1_052] }],
])("%s: not done", (_, hole) => {
  expect(shedTimes({ ...trace, ...hole }, 3)).toBeUndefined();
});
