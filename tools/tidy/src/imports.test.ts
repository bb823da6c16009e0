import { expect, test } from "@jest/globals";
import { fileOf, importsOf, packageOf } from "./imports.ts";

test("every way to import is seen, and types are told from values", () => {
  const text = `
import { a,
  b } from "./one.ts";
import type { C } from "@ballast/kernel";
export { d } from "./two.ts";
export type { E } from "./three.ts";
import "./four.ts";
const f = await import("node:net");
// import { g } from "./comment.ts";
const text = "import { h } from './text.ts'";
export const from = (x: string): string => x;
`;
  expect(importsOf({ text }).map(({ target, isTypeOnly }) => [target, isTypeOnly])).toEqual([
    ["./one.ts", false],
    ["@ballast/kernel", true],
    ["./two.ts", false],
    ["./three.ts", true],
    ["./four.ts", false],
    ["node:net", false],
  ]);
});

test.each([
  ["./clock.ts", undefined],
  ["node:fs/promises", "node"],
  ["@ballast/kernel", "@ballast/kernel"],
  ["zod", "zod"],
  ["mqtt/client", "mqtt"],
])("%s belongs to %s", (target, expected) => {
  expect(packageOf(target)).toBe(expected);
});

test("an import leads to its file", () => {
  expect(fileOf("libs/bus/src/bus.ts", "./age.ts")).toBe("libs/bus/src/age.ts");
  expect(fileOf("libs/bus/src/a/b.ts", "../age.ts")).toBe("libs/bus/src/age.ts");
  expect(fileOf("libs/bus/src/bus.ts", "@ballast/kernel")).toBe("libs/kernel/src/index.ts");
  expect(fileOf("libs/bus/src/bus.ts", "@ballast/modbus/tcp")).toBe("libs/modbus/src/tcp.ts");
  expect(fileOf("libs/bus/src/bus.ts", "zod")).toBeUndefined();
});
