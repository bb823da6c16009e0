import { kilowatts, secret, slug } from "@ballast/contracts";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod";
import { readSiteFile } from "./site-file.ts";

const services = [
  {
    name: "load-controller",
    config: z.strictObject({
      ratedKw: kilowatts("Nameplate of the whole fleet.").positive(),
      meters: z.array(z.strictObject({ id: slug("Which meter.") })).default([]),
    }),
  },
] as const;
const site = "site: { id: ridge, name: Ridge }\n";

const problemsOf = (yaml: string): readonly string[] => {
  const checked = readSiteFile(yaml, services);
  return checked.ok ? [] : checked.problems;
};

test("a right file gives the sections with their defaults", () => {
  const checked = readSiteFile(`${site}load-controller: { ratedKw: 560 }`, services);
  expect(checked).toMatchObject({
    ok: true,
    value: {
      common: { site: { nominalHz: 50 }, bus: { url: "mqtt://127.0.0.1:1883" } },
      sections: { "load-controller": { ratedKw: 560, meters: [] } },
    },
  });
});

describe("each thing that is wrong gets one sentence with its path", () => {
  const cases: readonly [string, string, RegExp][] = [
    [
      "a wrong type",
      "load-controller: { ratedKw: many }",
      /^load-controller\.ratedKw: .*number.*"many".*Nameplate/,
    ],
    ["a missing value", "load-controller: {}", /^load-controller\.ratedKw: .*found nothing/],
    [
      "a value out of range",
      "load-controller: { ratedKw: -1 }",
      /^load-controller\.ratedKw: .*>0.*found -1/,
    ],
    [
      "an unknown setting",
      "load-controller: { ratedKw: 1, ratedKW: 2 }",
      /^load-controller: does not know "ratedKW"; known here are ratedKw, meters\./,
    ],
    ["an unknown section", "load-controller: { ratedKw: 1 }\nlaod: {}", /^laod: is no section/],
    [
      "a wrong item of a list",
      "load-controller: { ratedKw: 1, meters: [{ id: ok }, { id: No Good }] }",
      /^load-controller\.meters\.1\.id: lower-case letters.*"No Good".*Which meter/,
    ],
    ["broken YAML", "load-controller: {", /line 2/],
    ["no mapping at all", "- a", /line 2|must hold sections/],
  ];
  test.each(cases)("%s", (_what, yaml, sentence) => {
    const problems = problemsOf(site + yaml);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).toMatch(sentence);
  });
});

test("several problems are all told at once", () => {
  const problems = problemsOf("site: { id: BAD ID }\nload-controller: { ratedKw: no }");
  expect(problems.map((problem) => problem.split(":")[0])).toEqual([
    "site.id",
    "site.name",
    "load-controller.ratedKw",
  ]);
});

test("an alias to nothing is a problem, not a crash", () => {
  expect(problemsOf("site: *nobody")).toHaveLength(1);
});

test("no text whatever brings the reader down", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii" }), (yaml) => {
      expect(readSiteFile(yaml, services)).toHaveProperty("ok");
    }),
  );
});

test("no sentence repeats a password", () => {
  const withSecret = [
    {
      name: "load-controller",
      config: z.strictObject({
        token: secret("For the gateway.").optional(),
        cache: z.strictObject({ url: z.string().regex(/^redis:/) }).optional(),
      }),
    },
  ] as const;
  for (const section of [
    "{ token: [hunter2] }",
    '{ cache: { url: "http://me:hunter2@host" } }',
    '{ cache: ["http://me:hunter2@host"] }',
    '{ cache: "redis://me:hunter2@host" }',
  ]) {
    const checked = readSiteFile(`${site}load-controller: ${section}`, withSecret);
    expect(checked.ok ? [] : checked.problems).toHaveLength(1);
    expect(JSON.stringify(checked)).not.toContain("hunter2");
  }
});
