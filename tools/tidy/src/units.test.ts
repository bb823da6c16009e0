import { allTopics, hertz, instant, kilowatts, milliseconds, ratio } from "@ballast/contracts";
import { services } from "@ballast/gen";
import { commonSections } from "@ballast/runtime";
import { expect, test } from "@jest/globals";
import * as z from "zod";
import { unitProblems } from "./units.ts";

test.each(allTopics.map((topic) => ({ topic })))("$topic.address names its units", ({ topic }) => {
  expect(unitProblems(topic.payload)).toEqual([]);
});

test.each(services.map((service) => ({ service })))(
  "the settings of $service.name name their units",
  ({ service }) => {
    expect(unitProblems(service.config)).toEqual([]);
  },
);

test.each(Object.entries(commonSections))("the section %s names its units", (_, schema) => {
  expect(unitProblems(schema)).toEqual([]);
});

test("the check notices a missing unit, a wrong suffix and a duration named like an instant", () => {
  const wrong = z.object({
    power: kilowatts("No suffix."),
    ageMs: z.number(),
    sinceAtMs: milliseconds("No instant."),
    stepsHz: z.array(kilowatts("Not hertz.")),
    caps: z.record(z.string(), z.number()),
    nested: z.object({ share: ratio("No suffix.") }).optional(),
  });
  expect(unitProblems(wrong).map((problem) => problem.split(":")[0])).toEqual([
    "power",
    "ageMs",
    "sinceAtMs",
    "stepsHz",
    "caps",
    "nested.share",
  ]);
});

test("the check lets right names pass", () => {
  const right = z.object({
    frequencyHz: hertz("A frequency."),
    atMs: instant("An instant."),
    limitsKw: z.array(kilowatts("Limits.")),
  });
  expect(unitProblems(right)).toEqual([]);
});
