import { posix } from "node:path";
import { codeOnly } from "./code-only.ts";
import type { SourceFile } from "./source-files.ts";

export interface Import {
  /** As written: `./clock.ts`, `@ballast/kernel`, `node:net`, `zod`. */
  readonly target: string;
  /** Gone after compiling, so it brings nothing into the program. */
  readonly isTypeOnly: boolean;
}

const fromClause = /^\s*(?:import|export)\s+(type\s+)?[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm;
const sideEffect = /^\s*import\s*["']([^"']+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

export function importsOf({ text }: Pick<SourceFile, "text">): readonly Import[] {
  const code = codeOnly(text, "keep");
  const named = [...code.matchAll(fromClause)].map(([, type, target = ""]) => ({
    target,
    isTypeOnly: type !== undefined,
  }));
  const whole = [...code.matchAll(sideEffect), ...code.matchAll(dynamic)].map(
    ([, target = ""]) => ({
      target,
      isTypeOnly: false,
    }),
  );
  return [...named, ...whole];
}

/** The package behind an import; undefined for a file of one's own. `node` for what Node brings. */
export function packageOf(target: string): string | undefined {
  if (target.startsWith(".")) return undefined;
  if (target.startsWith("node:")) return "node";
  return target.split("/", target.startsWith("@") ? 2 : 1).join("/");
}

/** The file behind an import of ours, from the top of the repository. */
export function fileOf(importer: string, target: string): string | undefined {
  if (target.startsWith(".")) return posix.join(posix.dirname(importer), target);
  const [, library, part = "index"] = /^@ballast\/([\w-]+)(?:\/([\w-]+))?$/.exec(target) ?? [];
  return library === undefined ? undefined : `libs/${library}/src/${part}.ts`;
}
