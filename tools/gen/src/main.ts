import { repositoryRoot, runGenerator } from "@ballast/structure";
import { documents } from "./documents.ts";

process.exitCode = runGenerator(repositoryRoot, await documents(), process.argv.slice(2));
