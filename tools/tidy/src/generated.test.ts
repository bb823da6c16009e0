import { readdirSync } from "node:fs";
import { join } from "node:path";
import { documents } from "@ballast/gen";
import { isStale, repositoryRoot, structureFiles } from "@ballast/structure";
import { expect, test } from "@jest/globals";

const files = [...structureFiles(repositoryRoot), ...(await documents())];

test.each(files)("$path is what `npm run gen` would write", (file) => {
  expect(isStale(repositoryRoot, file)).toBe(false);
});

test("the folder of generated documents holds nothing else", () => {
  const folder = "docs/generated";
  const expected = files.flatMap(({ path }) => (path.startsWith(folder) ? [path] : []));
  const present = readdirSync(join(repositoryRoot, folder)).map((name) => `${folder}/${name}`);
  expect(present.sort()).toEqual(expected.sort());
});
