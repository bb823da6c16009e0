import { expect, test } from "@jest/globals";
import { projectReferences } from "./project-references.ts";

const kernel = { folder: "libs/kernel", manifest: { name: "@ballast/kernel" } };
const meter = {
  folder: "services/grid-meter",
  manifest: {
    name: "@ballast/grid-meter",
    dependencies: { "@ballast/kernel": "workspace:*", zod: "4.6.7" },
  },
};
const files = new Map(
  projectReferences([kernel, meter]).map(({ path, content }) => [path, JSON.parse(content)]),
);

test("a package refers to the packages it depends on, and to no others", () => {
  expect(files.get("services/grid-meter/tsconfig.json")?.references).toEqual([
    { path: "../../libs/kernel" },
  ]);
  expect(files.get("libs/kernel/tsconfig.json")?.references).toEqual([]);
});

test("the solution holds every package and the tests", () => {
  expect(files.get("tsconfig.json")?.references).toEqual([
    { path: "libs/kernel" },
    { path: "services/grid-meter" },
    { path: "tsconfig.tests.json" },
  ]);
});

test("the tests see every package", () => {
  expect(files.get("tsconfig.tests.json")?.references).toEqual([
    { path: "libs/kernel" },
    { path: "services/grid-meter" },
  ]);
});
