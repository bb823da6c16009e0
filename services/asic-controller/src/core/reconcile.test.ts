import { expect, test } from "@jest/globals";
import { asleep, policy, unitOf } from "../../test/units.ts";
import type { Standing } from "./cycle-record.ts";
import { type Finding, reconcile } from "./reconcile.ts";
import type { UnitState } from "./unit.ts";

const sleeper: Partial<UnitState> = { ...asleep, wanted: "run" };
const attempt = { count: 1, firstMonoMs: 0, lastMonoMs: 0, outcome: "accepted" } as const;

type Row = readonly [string, Partial<UnitState>, Standing | undefined, number | undefined, Finding];
const rows: readonly Row[] = [
  ["runs, as recorded", {}, "on", 5_000, "nothing"],
  ["sleeps, as recorded", asleep, "off", 5_000, "nothing"],
  ["runs although recorded off", { wanted: "sleep" }, "off", 5_000, "nothing"],
  ["sleeps after a short outage of ours", sleeper, "on", 60_000, "our-stop"],
  ["sleeps after a long outage of ours", sleeper, "on", 60_001, "stopped-by-others"],
  ["sleeps after an outage of unknown length", sleeper, "on", undefined, "stopped-by-others"],
  ["sleeps, its wake on record", sleeper, "waking", 900_000, "our-idle-wake"],
  ["sleeps, unknown to the journal", sleeper, undefined, 5_000, "stopped-by-others"],
  ["falls asleep by itself later", sleeper, undefined, undefined, "stopped-by-others"],
  ["sleeps on, stopped by others", { ...sleeper, isStoppedByOthers: true }, "others", 1, "nothing"],
  ["runs again, stopped by others", { isStoppedByOthers: true }, "others", 1, "returned"],
  ["has not woken yet", { ...sleeper, attempt }, undefined, undefined, "nothing"],
  ["only says that it sleeps", { ...sleeper, evidence: "awake" }, "on", 5_000, "nothing"],
];
test.each(rows)("a miner that %s", (_, state, standing, outageMs, finding) => {
  expect(reconcile(unitOf(0, { state }), standing, outageMs, policy)).toBe(finding);
});

test("sleeping miners are taken over where the site file says so", () => {
  const keen = { ...policy, adoptSleeping: true };
  expect(reconcile(unitOf(0, { state: sleeper }), undefined, undefined, keen)).toBe("taken-over");
});
