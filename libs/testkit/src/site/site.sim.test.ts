import { expect, test } from "@jest/globals";
import { plantedBugs, withBug } from "./planted-bugs.ts";
import { simulateHour } from "./simulate-hour.ts";

const hourMs = 3_600_000;
const minerCount = 48;
const seeds = [1, 2, 3, 4, 5, 6];

test.each(seeds)("an hour of bad weather and faults, seed %i", async (seed) => {
  const site = await simulateHour({ seed, durationMs: hourMs, minerCount });
  expect(site.violations).toEqual([]);
  expect(site.plant.counts().commandsCount).toBeGreaterThan(0); // Something was at stake.
});

test("the same seed gives the same hour, message by message", async () => {
  const digests = [];
  for (const seed of [7, 7, 8]) {
    const site = await simulateHour({ seed, durationMs: hourMs / 6, minerCount });
    digests.push(`${site.busDigest()}/${site.messageCount()}`);
  }
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});

// A checker that cannot fail proves nothing: each of these bugs is put in alone and must be seen.
test.each(plantedBugs)("noticed: $name", async (bug) => {
  const noticed = new Set<string>();
  for (const seed of [1, 2, 3, 4]) {
    const site = await simulateHour({
      seed,
      durationMs: hourMs,
      minerCount,
      replace: withBug(bug),
    });
    for (const { checker } of site.violations) noticed.add(checker);
    if (bug.noticedBy.some((checker) => noticed.has(checker))) return;
  }
  expect([...noticed]).toEqual(expect.arrayContaining([...bug.noticedBy]));
});
