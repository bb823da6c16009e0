import { runGenerator } from "./generated-files.ts";
import { repositoryRoot } from "./repository-root.ts";
import { structureFiles } from "./structure-files.ts";

process.exitCode = runGenerator(
  repositoryRoot,
  structureFiles(repositoryRoot),
  process.argv.slice(2),
);
