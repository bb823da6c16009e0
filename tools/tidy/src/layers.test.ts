import { repositoryRoot, workspacePackages } from "@ballast/structure";
import { describe, expect, test } from "@jest/globals";
import { importsOf, packageOf } from "./imports.ts";
import { layerProblems, serviceNamesIn, shortName } from "./layers.ts";
import { packageSources } from "./source-files.ts";

const serviceNames = serviceNamesIn(workspacePackages(repositoryRoot));

test.each(packageSources)("$folder keeps to its layer", ({ folder, files }) => {
  const uses = files
    .filter(({ isTest }) => !isTest)
    .flatMap((file) => importsOf(file).flatMap(({ target }) => packageOf(target) ?? []))
    .map(shortName);
  expect(layerProblems({ folder, uses: [...new Set(uses)] }, serviceNames)).toEqual([]);
});

describe("the check notices", () => {
  const names = ["grid-meter", "box"];
  test.each([
    ["a service in a service", "services/grid-meter", "box"],
    ["a service in a library", "libs/bus", "grid-meter"],
    ["a simulation in a service", "services/grid-meter", "sim-plant"],
    ["a test kit in a service", "services/grid-meter", "testkit"],
    ["a higher library in a lower one", "libs/contracts", "bus"],
    ["anything at all in the kernel", "libs/kernel", "node"],
    ["a library that nobody placed", "libs/new-thing", "kernel"],
  ])("%s", (_, folder, used) => {
    expect(layerProblems({ folder, uses: [used] }, names)).toHaveLength(1);
  });

  test("nothing in the box, which joins them all", () => {
    const uses = ["grid-meter", "sim-devices", "testkit", "kernel"];
    expect(layerProblems({ folder: "services/box", uses }, names)).toEqual([]);
  });
});
