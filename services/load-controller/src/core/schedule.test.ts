import { describe, expect, test } from "@jest/globals";
import { cronByCalendar } from "../cron.ts";
import { minuteOf, windowEndAtMs } from "./schedule.ts";

const hourMs = 3_600_000;
const at = (utc: string): number => Date.parse(`2026-03-0${utc}Z`);
const never = Number.NEGATIVE_INFINITY;
/** Weekdays at 17:00 in Nairobi, which is 14:00 UTC, for three hours. */
const peak = { durationMs: 3 * hourMs, beginsAt: cronByCalendar("0 17 * * 1-5", "Africa/Nairobi") };

describe("a start looks back as far as a window lasts", () => {
  test.each([
    ["2T13:59:59", undefined], // A Monday, one second early.
    ["2T14:00:00", "2T17:00:00"],
    ["2T16:59:59", "2T17:00:00"],
    ["2T17:00:00", undefined],
    ["1T14:30:00", undefined], // A Sunday.
  ])("at %s it ends at %s", (now, end) => {
    expect(windowEndAtMs(peak, at(now), never)).toBe(end === undefined ? undefined : at(end));
  });
});

test("a window is told once, at its first minute", () => {
  const seen = minuteOf(at("2T14:00:00"));
  expect(windowEndAtMs(peak, at("2T14:01:00"), seen)).toBeUndefined();
});

test("a calendar that jumps over the beginning still finds it", () => {
  const seen = minuteOf(at("2T12:00:00"));
  expect(windowEndAtMs(peak, at("2T15:00:00"), seen)).toBe(at("2T17:00:00"));
});
