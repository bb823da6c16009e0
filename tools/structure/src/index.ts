export {
  type GeneratedFile,
  isStale,
  runGenerator,
  writeFiles,
} from "./generated-files.ts";
export { foldersIn, type Manifest, type WorkspacePackage, workspacePackages } from "./packages.ts";
export { projectReferences } from "./project-references.ts";
export { registries, registryFile } from "./registries.ts";
export { repositoryRoot } from "./repository-root.ts";
export { structureFiles } from "./structure-files.ts";
