import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file that follows from something else in the repository. */
export interface GeneratedFile {
  /** From the top of the repository, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** Whether the file on disk says something else than it should. */
export function isStale(root: string, { path, content }: GeneratedFile): boolean {
  const file = join(root, path);
  if (!existsSync(file)) return true;
  // A checkout on Windows may have turned the line ends; that makes nothing stale.
  return readFileSync(file, "utf8").replaceAll("\r\n", "\n") !== content;
}

/** Writes what is stale, and leaves the rest untouched, so that no build runs for nothing. */
export function writeFiles(root: string, files: readonly GeneratedFile[]): readonly string[] {
  const stale = files.filter((file) => isStale(root, file));
  for (const { path, content } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return stale.map(({ path }) => path);
}

/** The command line of a generator: writes, or with `--check` only tells what is stale. */
export function runGenerator(
  root: string,
  files: readonly GeneratedFile[],
  args: readonly string[],
): number {
  if (!args.includes("--check")) {
    for (const path of writeFiles(root, files)) console.log(`wrote ${path}`);
    return 0;
  }
  const stale = files.filter((file) => isStale(root, file));
  for (const { path } of stale) console.error(`${path} is stale: run \`npm run gen\``);
  return stale.length === 0 ? 0 : 1;
}
