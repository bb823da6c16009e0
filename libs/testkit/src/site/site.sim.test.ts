import { expect, test } from "@jest/globals";
import { buildSite, type SiteOptions } from "./build-site.ts";
import { allCheckers, returnsToFull } from "./checkers.ts";
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

/** Runs until one of the checkers notices, over some seeds at the most. */
async function firstNotice(options: Partial<SiteOptions>, wanted: readonly string[]) {
  const noticed = new Set<string>();
  for (const seed of [1, 2, 3, 4]) {
    const checkers = [...allCheckers, returnsToFull(24 * minuteMs)];
    const common = { seed, durationMs: hourMs, minerCount, faults: allFaults(), checkers };
    const site = await buildSite({ ...common, ...options });
    for (let ranMs = 0; ranMs < hourMs; ranMs += minuteMs) {
      await site.run(minuteMs);
      for (const { checker } of site.violations) noticed.add(checker);
      const isSeen = wanted.some((checker) => noticed.has(checker));
      if (isSeen) return [...noticed];
    }
  }
  return [...noticed];
}

// A checker that cannot fail proves nothing: each of these bugs is put in alone and must be seen.
test.each(plantedBugs)("noticed: $name", async (bug) => {
  const noticed = await firstNotice({ replace: withBug(bug) }, bug.noticedBy);
  expect(bug.noticedBy.filter((checker) => noticed.includes(checker))).not.toEqual([]);
});
