import { describe, expect, test } from "@jest/globals";
import { packageSources } from "./source-files.ts";
import { textRules } from "./text-rules.ts";

describe.each(packageSources)("$folder", ({ files }) => {
  test.each(textRules)("$name", ({ problemsIn }) => {
    expect(files.flatMap(problemsIn)).toEqual([]);
  });
});

const unfinishedWord = ["TO", "DO"].join("");

test.each([
  ["400 lines", "let a;\n".repeat(401)],
  ["default export", "export default 5;\n"],
  ["no test out", "test.skip('later', run);\n"],
  ["no test out", "xit('later', run);\n"],
  ["work that is left", `// ${unfinishedWord}: later\n`],
])("a rule about %s notices when it is broken", (name, text) => {
  const file = { path: "a.ts", text, isTest: true };
  const rule = textRules.find((each) => each.name.includes(name));
  expect(rule?.problemsIn(file)).toHaveLength(1);
  for (const other of textRules.filter((each) => each !== rule)) {
    expect(other.problemsIn(file)).toEqual([]);
  }
});
