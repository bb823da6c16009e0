import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GeneratedFile } from "./generated-files.ts";
import { workspacePackages } from "./packages.ts";
import { projectReferences } from "./project-references.ts";
import { registries, registryFile } from "./registries.ts";

/** All that must be right before the compiler runs. */
export const structureFiles = (root: string): readonly GeneratedFile[] => [
  ...projectReferences(workspacePackages(root)),
  ...registries
    .filter(({ folder }) => existsSync(join(root, folder)))
    .map((registry) => registryFile(root, registry)),
];
