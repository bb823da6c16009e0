import { expect, test } from "@jest/globals";
import { riverLaw } from "../../test/supply-play.ts";
import { type EngineTrack, watchEngines } from "./engine-load.ts";

const engine = { id: "genset", ratedKw: 200, availableFrom: undefined, loadFrom: "genset-meter" };
const underloadedAfter = (loadsKw: readonly number[], kind: "diesel" | "hydro" = "diesel") => {
  const law = { ...riverLaw, supplies: [{ ...engine, kind }] };
  let track: EngineTrack = new Map();
  let underloadedIds: readonly string[] = [];
  for (const [index, powerKw] of loadsKw.entries()) {
    const nowMonoMs = index * 10_000;
    const sensor = { id: "genset-meter", role: "supply" as const, feeder: undefined, powerKw };
    const word = { ...sensor, availableKw: undefined, measuredMonoMs: nowMonoMs, maxAgeMs: 5_000 };
    const verdict = watchEngines(track, { nowMonoMs, sensors: [word], fleet: undefined }, law);
    ({ track, underloadedIds } = verdict);
  }
  return underloadedIds;
};

test("an engine that has run below 30 % for a minute is named", () => {
  const low = [59, 59, 59, 59, 59, 59];
  expect(underloadedAfter(low)).toEqual([]);
  expect(underloadedAfter([...low, 59])).toEqual(["genset"]);
  expect(underloadedAfter([...low, 61])).toEqual([]);
  expect(underloadedAfter([...low, 61, 59])).toEqual([]);
});

test("one that stands still is not, nor is a turbine", () => {
  expect(underloadedAfter(Array.from({ length: 9 }, () => 0))).toEqual([]);
  expect(
    underloadedAfter(
      Array.from({ length: 9 }, () => 20),
      "hydro",
    ),
  ).toEqual([]);
});
