import { allTopics, loadTarget } from "@ballast/contracts";
import { expect, test } from "@jest/globals";
import * as z from "zod";
import { aligned, topicFacts, topicsTable } from "./topics.ts";

const reader = {
  name: "asic-controller",
  summary: "Follows the target.",
  config: z.strictObject({}),
  publishes: [],
  subscribes: [loadTarget],
} as const;

test("every topic has its line, with writers, readers and maximum age", () => {
  const lines = topicsTable(allTopics, [reader]).trimEnd().split("\n");
  expect(lines).toHaveLength(allTopics.length + 1);
  const target = lines.find((line) => line.startsWith(loadTarget.address));
  expect(target?.split(/ {2,}/)).toEqual([
    loadTarget.address,
    "state",
    "load-controller",
    "asic-controller",
    "1 s",
  ]);
});

test("columns are aligned, and nothing trails", () => {
  expect(
    aligned([
      ["a", "b"],
      ["long", ""],
    ]),
  ).toBe("a     b\nlong\n");
});

test("programs get every topic with its delivery", () => {
  const facts = topicFacts([loadTarget], [reader]);
  expect(facts).toEqual([
    {
      address: "ballast/v1/load/target",
      kind: "state",
      qos: 1,
      isRetained: true,
      writers: ["load-controller"],
      readers: ["asic-controller"],
      maxAgeMs: 1_000,
      summary: loadTarget.summary,
    },
  ]);
});
