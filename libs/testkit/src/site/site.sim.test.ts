import { expect, test } from "@jest/globals";
import { buildSite, type SiteOptions } from "./build-site.ts";
import { allCheckers, returnsToFull } from "./checkers.ts";
import { allFaults } from "./fault.ts";
import { plantedBugs, withBug } from "./planted-bugs.ts";

const minuteMs = 60_000;
const seeds = [1, 2, 3, 4, 5, 6];

const rough = (seed: number, durationMs: number): SiteOptions => ({
  seed,
  durationMs,
  minerCount: 48,
  faults: allFaults(),
  checkers: [...allCheckers, returnsToFull(24 * minuteMs)],
});

test.each(seeds)("an hour of bad weather and faults, seed %i", async (seed) => {
  const site = await buildSite(rough(seed, 60 * minuteMs));
  await site.run(60 * minuteMs);
  expect(site.violations).toEqual([]);
  expect(site.plant.counts().commandsCount).toBeGreaterThan(0); // Something was at stake.
});

test("the same seed gives the same hour, message by message", async () => {
  const digests = [];
  for (const seed of [7, 7, 8]) {
    const site = await buildSite(rough(seed, 10 * minuteMs));
    await site.run(10 * minuteMs);
    digests.push(`${site.busDigest()}/${site.messageCount()}`);
  }
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});

// A checker that cannot fail proves nothing: each of these bugs is put in alone and must be seen.
test.each(plantedBugs)("noticed: $name", async (bug) => {
  const noticed = new Set<string>();
  for (const seed of [1, 2, 3, 4]) {
    const site = await buildSite({ ...rough(seed, 60 * minuteMs), replace: withBug(bug) });
    await site.run(60 * minuteMs);
    for (const { checker } of site.violations) noticed.add(checker);
    if (bug.noticedBy.some((checker) => noticed.has(checker))) return;
  }
  expect([...noticed]).toEqual(expect.arrayContaining([...bug.noticedBy]));
});
