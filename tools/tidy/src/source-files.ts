import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot, workspacePackages } from "@ballast/structure";
import { codeOnly } from "./code-only.ts";

export interface SourceFile {
  /** From the top of the repository: `libs/kernel/src/clock.ts`. */
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
}

/** A name that a test can be called by, and what belongs to it. */
export interface PackageSources {
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

/** The sources that people write, package by package. */
export const packageSources: readonly PackageSources[] = workspacePackages(repositoryRoot).map(
  ({ folder }) => ({
    folder,
    files: [...sourcesIn(`${folder}/src`), ...sourcesIn(`${folder}/test`)],
  }),
);

function sourcesIn(folder: string): readonly SourceFile[] {
  if (!existsSync(join(repositoryRoot, folder))) return [];
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".gen.ts"))
    .sort()
    .map((path) => ({
      path,
      text: readFileSync(join(repositoryRoot, path), "utf8"),
      isTest: path.endsWith(".test.ts") || folder.endsWith("/test"),
    }));
}

export const allSources: readonly SourceFile[] = packageSources.flatMap(({ files }) => files);

/** What runs on a site: no tests, no tools, nothing that only tests are built with. */
export const shippedSources: readonly SourceFile[] = allSources.filter(
  ({ path, isTest }) => !isTest && !path.startsWith("tools/") && !path.startsWith("libs/testkit/"),
);

/** Every match in the code itself, comments and texts apart, as `path:line: what`. */
export function findInCode({ path, text }: SourceFile, forbidden: RegExp): readonly string[] {
  const code = codeOnly(text);
  return [...code.matchAll(new RegExp(forbidden, "g"))].map(
    ({ 0: found, index }) => `${path}:${code.slice(0, index).split("\n").length}: ${found.trim()}`,
  );
}
