import { expect, test } from "@jest/globals";
import { machineUse, mustNotAskTheMachine } from "./machine.ts";
import { findInCode, packageSources, shippedSources } from "./source-files.ts";

test.each(packageSources)("$folder asks no clock, no chance, no environment", ({ folder }) => {
  const files = shippedSources.filter(({ path }) => path.startsWith(`${folder}/`));
  const found = files.filter(mustNotAskTheMachine).flatMap((file) => findInCode(file, machineUse));
  expect(found).toEqual([]);
});

test.each([
  "const at = Date.now();",
  "const at = new Date();",
  "const since = performance.now();",
  "setTimeout(run, 5);",
  "globalThis.x = setImmediate(run);",
  "const dice = Math.random();",
  "const id = randomUUID();",
  "const { env } = process; process.env.HOME;",
  'console.log("here");',
])("the check notices %s", (text) => {
  expect(findInCode({ path: "a.ts", text, isTest: false }, machineUse)).toHaveLength(1);
});

test.each([
  "const at = new Date(atMs);",
  "socket.setTimeout(5_000);",
  "// Date.now() is not for us.",
  'const text = "console.log";',
])("the check lets %s pass", (text) => {
  expect(findInCode({ path: "a.ts", text, isTest: false }, machineUse)).toEqual([]);
});
