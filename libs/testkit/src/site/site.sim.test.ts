import { describe, expect, test } from "@jest/globals";
import { buildSite, type SiteOptions } from "./build-site.ts";
import { allCheckers } from "./checkers.ts";
import { allFaults } from "./fault.ts";
import { plantedBugs, withBug } from "./planted-bugs.ts";
import { simulateHour } from "./simulate-hour.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const minerCount = 24;

test.each([1, 2])("an hour of bad weather and faults, seed %i", async (seed) => {
  const site = await simulateHour({ seed, durationMs: hourMs, minerCount });
  expect(site.violations).toEqual([]);
  expect(site.plant.counts().commandsCount).toBeGreaterThan(0); // Something was at stake.
});

test("the same seed gives the same minutes, message by message", async () => {
  const digests = [];
  for (const seed of [7, 7, 8]) {
    const site = await simulateHour({ seed, durationMs: 8 * minuteMs, minerCount });
    digests.push(`${site.busDigest()}/${site.messageCount()}`);
  }
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});

/** Who complains of a site in its circumstances, up to the first complaint that is waited for. */
async function complaints(options: SiteOptions, wanted: readonly string[]): Promise<string[]> {
  const site = await buildSite({ faults: allFaults(), checkers: allCheckers, ...options });
  for (let ranMs = 0; ranMs < options.durationMs; ranMs += minuteMs) {
    await site.run(minuteMs);
    const complaining = new Set(site.violations.map(({ checker }) => checker));
    if (wanted.some((checker) => complaining.has(checker))) return [...complaining];
  }
  return site.violations.map(({ checker }) => checker);
}

// A checker that cannot fail proves nothing: each of these bugs is put in alone and must be seen.
describe.each(plantedBugs)("$name", (bug) => {
  const durationMs = 32 * minuteMs;

  test("is noticed", async () => {
    const options = { durationMs, minerCount, ...bug.circumstances, replace: withBug(bug) };
    const noticed = await complaints(options, bug.noticedBy);
    expect(bug.noticedBy.filter((checker) => noticed.includes(checker))).not.toEqual([]);
  });
});

test("without the bug, the days made for one pass", async () => {
  for (const { circumstances } of plantedBugs) {
    if (circumstances.scenario === undefined) continue;
    const options = { durationMs: 16 * minuteMs, minerCount, ...circumstances };
    expect(await complaints(options, [])).toEqual([]);
  }
});
