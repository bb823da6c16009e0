import { expect, test } from "@jest/globals";
import { recordedGrid } from "./recorded-grid.ts";

const grid = recordedGrid({
  kind: "recorded",
  nominalVoltageV: 27_000,
  rows: [
    { offsetMs: 0, frequencyHz: 50, voltagesV: [27_000, 27_000, 27_000] },
    { offsetMs: 2_000 },
    { offsetMs: 4_000, frequencyHz: 47.4, voltagesV: [27, 27, 27] },
  ],
});

test("a row holds until the next", () => {
  expect(grid.stateAt(1_999).frequencyHz).toBe(50);
  expect(grid.stateAt(4_000).frequencyHz).toBe(47.4);
  expect(grid.stateAt(1e9).frequencyHz).toBe(47.4);
});

test("a gap is an unknown frequency, and no blackout", () => {
  expect(grid.stateAt(3_000)).toEqual({ frequencyHz: undefined, voltageRatios: [1, 1, 1] });
});

test("the loss of voltage is announced", () => {
  expect(grid.nextDueMs()).toBe(4_000);
  expect(grid.stateAt(4_000).voltageRatios).toEqual([0.001, 0.001, 0.001]);
});
