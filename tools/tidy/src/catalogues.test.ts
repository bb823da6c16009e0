import { alarmCodes, metricCatalogue } from "@ballast/contracts";
import { faultCatalogue } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import { codeOnly } from "./code-only.ts";
import { allSources, shippedSources } from "./source-files.ts";

/** Where an entry is declared does not count as a use of it. */
const catalogues = [
  "libs/contracts/src/alarms.ts",
  "libs/contracts/src/metrics.ts",
  "libs/kernel/src/fault-catalogue.ts",
];
const code = shippedSources
  .filter(({ path }) => !catalogues.includes(path))
  .map(({ text }) => codeOnly(text, "keep"))
  .join("\n");

const isUsed = (name: string): boolean => code.includes(`"${name}"`);

test.each(alarmCodes)("the alarm %s can be raised", (name) => {
  expect(isUsed(name)).toBe(true);
});

test.each(Object.keys(faultCatalogue))("the fault %s can happen", (name) => {
  expect(isUsed(name)).toBe(true);
});

test.each(Object.keys(metricCatalogue))("the metric %s is kept", (name) => {
  expect(isUsed(name)).toBe(true);
});

describe("metrics", () => {
  const names = [...code.matchAll(/"(ballast_[a-z0-9_]+)"/g)].flatMap(([, name]) => name ?? []);

  test("there are some to check", () => {
    expect(names.length).toBeGreaterThan(0);
  });

  test.each([...new Set(names)])("%s is in the catalogue", (name) => {
    expect(Object.keys(metricCatalogue)).toContain(name);
  });
});

test("the check notices an entry that nobody uses", () => {
  expect(isUsed("meter.imaginary")).toBe(false);
  expect(allSources.some(({ text }) => text.includes('"meter.imaginary"'))).toBe(true);
});
