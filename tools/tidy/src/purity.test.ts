import { readFileSync } from "node:fs";
import { join } from "node:path";
import { registries, repositoryRoot } from "@ballast/structure";
import { describe, expect, test } from "@jest/globals";
import { isCore, wayToTheWorld } from "./purity.ts";
import { allSources } from "./source-files.ts";

const generated = registries.map(({ path }) => ({
  path,
  text: readFileSync(join(repositoryRoot, path), "utf8"),
}));
const sources = new Map([...allSources, ...generated].map((file) => [file.path, file]));
const cores = allSources.filter(isCore);

test("there are cores to check", () => {
  expect(cores.length).toBeGreaterThan(0);
});

test.each(cores)("$path decides and touches nothing", ({ path }) => {
  expect(wayToTheWorld(path, sources)).toBeUndefined();
});

describe("the check follows", () => {
  const core = "services/a/src/core/decide.ts";
  const withCore = (text: string, ...others: readonly (readonly [string, string])[]) =>
    new Map([
      [core, { text }] as const,
      ...others.map(([path, text]) => [path, { text }] as const),
    ]);

  test("its own files", () => {
    const files = withCore('import { a } from "../a.ts";', [
      "services/a/src/a.ts",
      'import net from "node:net";',
    ]);
    expect(wayToTheWorld(core, files)).toBe(`${core} > services/a/src/a.ts > node:net`);
  });

  test("our libraries", () => {
    const files = withCore('import { a } from "@ballast/bus";', [
      "libs/bus/src/index.ts",
      'export * from "mqtt";',
    ]);
    expect(wayToTheWorld(core, files)).toContain("mqtt");
  });

  test("no types, and no pure packages", () => {
    const files = withCore('import type { A } from "@ballast/bus";\nimport * as z from "zod";');
    expect(wayToTheWorld(core, files)).toBeUndefined();
  });
});
