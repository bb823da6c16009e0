import { posix } from "node:path";
import type { GeneratedFile } from "./generated-files.ts";
import type { WorkspacePackage } from "./packages.ts";

const lineWidthCount = 100; // As in biome.json: what is written here must pass its check.

/**
 * The project references of TypeScript, from the dependencies that every package declares. A layer
 * that is not declared cannot be compiled against.
 */
export function projectReferences(packages: readonly WorkspacePackage[]): readonly GeneratedFile[] {
  const folderOf = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]));
  return [
    ...packages.map((each) => ({
      path: `${each.folder}/tsconfig.json`,
      content: packageProject(referencesOf(each, folderOf)),
    })),
    { path: "tsconfig.json", content: solution(packages) },
    { path: "tsconfig.tests.json", content: testsProject(packages) },
  ];
}

function referencesOf(
  { folder, manifest }: WorkspacePackage,
  folderOf: ReadonlyMap<string | undefined, string>,
): readonly string[] {
  return Object.keys(manifest.dependencies ?? {})
    .flatMap((name) => folderOf.get(name) ?? [])
    .map((target) => posix.relative(folder, target))
    .sort();
}

const packageProject = (references: readonly string[]): string => `{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": {
    "rootDir": "src",
    "outDir": "dist",
    "tsBuildInfoFile": "dist/tsconfig.tsbuildinfo"
  },
  "include": ["src"],
  "exclude": ["**/*.test.ts"],
${list("references", references.map(reference))}
}
`;

const solution = (packages: readonly WorkspacePackage[]): string => `{
  "files": [],
${list("references", [...packages.map(({ folder }) => folder), "tsconfig.tests.json"].map(reference))}
}
`;

/** Tests reach across packages, so one project checks them all. Nothing of its output is used. */
const testsProject = (packages: readonly WorkspacePackage[]): string => `{
  "extends": "./tsconfig.base.json",
  "compilerOptions": {
    "rootDir": ".",
    "outDir": ".tsbuild",
    "tsBuildInfoFile": ".tsbuild/tests.tsbuildinfo",
    "emitDeclarationOnly": true,
    "declarationMap": false,
    "rewriteRelativeImportExtensions": false,
    "allowImportingTsExtensions": true
  },
  "include": [
    "libs/*/src/**/*.test.ts",
    "libs/*/test",
    "services/*/src/**/*.test.ts",
    "services/*/test",
    "tools/*/src/**/*.test.ts"
  ],
${list(
  "references",
  packages.map(({ folder }) => reference(folder)),
)}
}
`;

const reference = (path: string): string => `{ "path": "${path}" }`;

/** An array as the formatter wants it: on one line where it fits. */
function list(name: string, entries: readonly string[]): string {
  const line = `  "${name}": [${entries.join(", ")}]`;
  if (line.length <= lineWidthCount) return line;
  return `  "${name}": [\n${entries.map((entry) => `    ${entry}`).join(",\n")}\n  ]`;
}
