import { fileURLToPath } from "node:url";

/** The top of the repository; the same distance from the source and from its compiled twin. */
export const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));
