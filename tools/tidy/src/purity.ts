import { fileOf, importsOf, packageOf } from "./imports.ts";
import type { SourceFile } from "./source-files.ts";

/** Packages of others that neither ask the clock nor touch the world. */
const purePackages = ["zod"];

export const isCore = ({ path, isTest }: SourceFile): boolean => path.includes("/core/") && !isTest;

/** The way from a file to the first thing that touches the world; undefined where there is none. */
export function wayToTheWorld(
  start: string,
  sources: ReadonlyMap<string, Pick<SourceFile, "text">>,
): string | undefined {
  const seen = new Set([start]);
  const ways: (readonly string[])[] = [[start]];
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const path = way.at(-1) ?? start;
    const source = sources.get(path);
    if (source === undefined) return [...way, "is not there"].join(" > ");
    for (const { target, isTypeOnly } of importsOf(source)) {
      if (isTypeOnly) continue; // Types are gone when the program runs.
      const file = fileOf(path, target);
      const stranger = file === undefined ? packageOf(target) : undefined;
      if (stranger !== undefined && !purePackages.includes(stranger)) {
        return [...way, target].join(" > ");
      }
      if (file === undefined || seen.has(file)) continue;
      seen.add(file);
      ways.push([...way, file]);
    }
  }
  return undefined;
}
