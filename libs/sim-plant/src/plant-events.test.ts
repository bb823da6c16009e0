import { expect, test } from "@jest/globals";
import { EventLog, eventsMax } from "./plant-events.ts";

const blackoutAt = (monoMs: number) => ({ kind: "blackout", monoMs, phase: "L1" }) as const;

test("draining empties the log", () => {
  const log = new EventLog();
  log.add(blackoutAt(1));
  log.add(blackoutAt(2));
  expect(log.drain()).toEqual([blackoutAt(1), blackoutAt(2)]);
  expect(log.drain()).toEqual([]);
});

test("a log that nobody drains stays bounded, keeps the latest, and counts the lost", () => {
  const log = new EventLog();
  const addedCount = eventsMax + 10;
  for (let monoMs = 1; monoMs <= addedCount; monoMs += 1) log.add(blackoutAt(monoMs));
  const kept = log.drain();
  expect(kept.length).toBeLessThanOrEqual(eventsMax);
  expect(kept.length + log.droppedCount).toBe(addedCount);
  expect(kept.at(-1)).toEqual(blackoutAt(addedCount));
});
