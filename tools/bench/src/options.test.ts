import { expect, test } from "@jest/globals";
import { parseOptions } from "./options.ts";

test("defaults are those of the promises", () => {
  expect(parseOptions(["shed"])).toEqual({
    ok: true,
    value: {
      kind: "shed",
      minerCount: 160,
      eventCount: 100,
      durationS: 60,
      killCount: 50,
      roundCount: 50,
      recordCount: 50_000,
      backlogCount: 1_000_000,
      isJson: false,
    },
  });
});

test("numbers and --json are taken over", () => {
  const parsed = parseOptions(["crash", "--kills", "3", "--miners", "24", "--json"]);
  expect(parsed).toMatchObject({
    value: { kind: "crash", killCount: 3, minerCount: 24, isJson: true },
  });
});

test.each<[string[], RegExp]>([
  [[], /shed, idle, crash/],
  [["fly"], /shed, idle, crash/],
  [["shed", "idle"], /shed, idle, crash/],
  [["shed", "--miners", "0"], /--miners takes a whole number from 1 to 10000/],
  [["shed", "--events", "x"], /--events takes a whole number/],
  [["idle", "--seconds", "1.5"], /--seconds takes a whole number/],
  [["cache", "--rounds", "0"], /--rounds takes a whole number/],
  [["crash", "--miners", "7"], /--miners takes at least 8 here/],
  [["shed", "--speed", "2"], /--speed/],
])("%j is refused with a sentence", (args, sentence) => {
  const parsed = parseOptions(args);
  expect(parsed.ok ? "accepted" : parsed.fault.detail).toMatch(sentence);
});

test("--help needs no command", () => {
  expect(parseOptions(["--help"])).toMatchObject({ value: { kind: "help" } });
});
