import { readFileSync } from "node:fs";
import { join } from "node:path";
import { foldersIn, type Manifest, repositoryRoot, workspacePackages } from "@ballast/structure";
import { describe, expect, test } from "@jest/globals";
import { importsOf, packageOf } from "./imports.ts";
import {
  conflictingVersions,
  dependencyProblems,
  manifestProblems,
  undeclaredInTests,
  versionProblems,
} from "./manifests.ts";
import { packageSources, type SourceFile } from "./source-files.ts";

const packages = workspacePackages(repositoryRoot);
const root: Manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
/** This very package is made of tests; elsewhere only the program decides. */
const isOfTheProgram = ({ path, isTest }: SourceFile): boolean =>
  !isTest || path.startsWith("tools/tidy/");

const usedBy = (files: readonly SourceFile[]): ReadonlySet<string> =>
  new Set(
    files
      .flatMap((file) => importsOf(file).flatMap(({ target }) => packageOf(target) ?? []))
      .filter((name) => name !== "node"),
  );

describe.each(packages)("$folder", (each) => {
  const files = packageSources.find(({ folder }) => folder === each.folder)?.files ?? [];

  test("says of itself what every package says", () => {
    expect(manifestProblems(each)).toEqual([]);
  });

  test("declares what it uses, and uses what it declares", () => {
    const used = usedBy(files.filter(isOfTheProgram));
    expect(dependencyProblems(each.manifest, used)).toEqual([]);
  });

  test("declares what its tests use", () => {
    expect(undeclaredInTests(each.manifest, root, usedBy(files))).toEqual([]);
  });
});

test("every folder of the workspace is a package", () => {
  const folders = ["libs", "services", "tools"].flatMap((parent) =>
    foldersIn(join(repositoryRoot, parent)).map((name) => `${parent}/${name}`),
  );
  expect(packages.map(({ folder }) => folder)).toEqual(folders);
});

test("the repository itself pins what it builds with", () => {
  expect(versionProblems(root)).toEqual([]);
});

test("nothing is here in two versions", () => {
  expect(conflictingVersions([root, ...packages.map(({ manifest }) => manifest)])).toEqual([]);
});

describe("the checks notice", () => {
  const good: Manifest = {
    name: "@ballast/a",
    private: true,
    license: "Apache-2.0",
    type: "module",
    description: "Does something useful.",
  };

  test("nothing in a good one", () => {
    expect(manifestProblems({ folder: "libs/a", manifest: good })).toEqual([]);
  });

  test.each<[string, Manifest]>([
    ["another name", { ...good, name: "@ballast/b" }],
    ["a package that could be published", { ...good, private: false }],
    ["another licence", { ...good, license: "MIT" }],
    ["no description", { ...good, description: "" }],
    ["a version range", { ...good, dependencies: { zod: "^4.0.0" } }],
    ["one of ours from elsewhere", { ...good, dependencies: { "@ballast/b": "1.0.0" } }],
  ])("%s", (_, manifest) => {
    expect(manifestProblems({ folder: "libs/a", manifest })).toHaveLength(1);
  });

  test("two versions of one package", () => {
    const other = { ...good, devDependencies: { zod: "4.0.1" } };
    expect(conflictingVersions([{ ...good, dependencies: { zod: "4.0.0" } }, other])).toEqual([
      "zod: 4.0.0, 4.0.1",
    ]);
  });

  test("a test that uses what nobody declared", () => {
    const root = { devDependencies: { jest: "1.0.0" } };
    expect(undeclaredInTests(good, root, new Set(["jest", "yaml", "@ballast/a"]))).toEqual([
      "yaml",
    ]);
  });

  test("a missing and an idle dependency", () => {
    const manifest = { ...good, dependencies: { zod: "4.0.0" } };
    expect(dependencyProblems(manifest, new Set(["yaml"]))).toHaveLength(2);
  });
});
