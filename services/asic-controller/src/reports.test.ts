import { ok, silentMetrics, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { policy, unitsOf } from "../test/units.ts";
import { Fleet } from "./core/fleet.ts";
import { Reports } from "./reports.ts";

test("while commands wait the bus waits too, but never for long, and nothing is lost", async () => {
  const clock = virtualClock();
  let saidCount = 0;
  const reports = new Reports({
    fleet: new Fleet(unitsOf(500)),
    fleetId: "main",
    policy,
    clock,
    alarms: {
      raise: () => undefined,
      clear: () => undefined,
      set: () => undefined,
      raised: () => [],
    },
    metrics: silentMetrics,
    publish: async () => {
      saidCount += 1;
      return ok(undefined);
    },
    keep: async () => ok(undefined),
    onKept: () => undefined,
    latest: { put: () => undefined },
  });
  const saidBy = async (durationMs: number, areCommandsWaiting: boolean): Promise<number> => {
    await clock.advance(durationMs);
    reports.flush(areCommandsWaiting);
    return saidCount;
  };
  expect(await saidBy(200, true)).toBe(0);
  expect(await saidBy(4_700, true)).toBe(0);
  expect(await saidBy(100, true)).toBe(200);
  expect(await saidBy(200, true)).toBe(200);
  expect(await saidBy(200, false)).toBe(400);
  expect(await saidBy(200, false)).toBe(500);
});
