import { findInCode, type SourceFile } from "./source-files.ts";

const linesMaxCount = 400;

interface TextRule {
  readonly name: string;
  problemsIn(file: SourceFile): readonly string[];
}

/** Rules that need no more than the text of one file. */
export const textRules: readonly TextRule[] = [
  {
    name: `has no file above ${linesMaxCount} lines`,
    problemsIn: ({ path, text }) => {
      const lineCount = text.trimEnd().split("\n").length;
      return lineCount > linesMaxCount ? [`${path}: ${lineCount} lines`] : [];
    },
  },
  {
    name: "has no default export",
    problemsIn: (file) => findInCode(file, /\bexport\s+default\b|\bas\s+default\b/),
  },
  {
    name: "leaves no test out",
    problemsIn: (file) =>
      findInCode(
        file,
        /\b(?:test|it|describe)\.(?:only|skip|todo|failing)\b|\b[fx](?:it|describe|test)\s*\(/,
      ),
  },
  {
    name: "has no note about work that is left",
    // Not found in this very file: the words are put together only when it runs.
    problemsIn: ({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, index) =>
          unfinished.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
        ),
  },
];

const unfinished = new RegExp(`\\b(?:${["TO", "DO|FIX", "ME|XX", "X"].join("")})\\b`);
