import { repositoryRoot, runGenerator } from "@ballast/structure";
import { documents } from "./documents.ts";

process.exitCode = runGenerator(repositoryRoot, documents(), process.argv.slice(2));
