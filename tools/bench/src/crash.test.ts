import { existsSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { benchCrash } from "./crash.ts";

const programs = ["services/box/dist/main.js", "services/simulator/dist/main.js"];

test("three kills in the middle of sheds cost no cycle and wake nobody", async () => {
  // Real processes run what is built, not what is transformed for tests.
  const missing = programs.filter(
    (program) => !existsSync(new URL(`../../../${program}`, import.meta.url)),
  );
  if (missing.length > 0) throw new Error(`${missing.join(" and ")}: run \`npm run build\` first`);
  const report = await benchCrash({
    minerCount: 24,
    killCount: 3,
    drivers: ["braiins-bos"], // It has no login, so nothing waits a minute for an old one.
    tell: () => undefined,
  });
  expect(report).toMatchObject({
    lostCount: 0,
    doubledCount: 0,
    wokenByRestartCount: 0,
    failures: [],
  });
  expect(report.cyclesSeenCount).toBe(9); // Three stages, an eighth of the fleet each.
}, 240_000);
