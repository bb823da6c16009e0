import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { exampleConfig } from "../config.ts";
import { decide } from "../core/decide.ts";
import { encodeEntry, encodeHead } from "../core/journal-line.ts";
import { runningState } from "../core/state.ts";
import { lawOf } from "../parameters.ts";
import { replayCommand } from "./command.ts";
import { silentMeter } from "./play.ts";

const recording = `utc,hz
2026-01-01T00:00:00Z,50
2026-01-01T00:00:01Z,49.5
2026-01-01T00:00:02Z,49.5
`;

function journal(): string {
  const law = lawOf(exampleConfig);
  let state = runningState({ nowMonoMs: 0, seed: 1 }, law);
  const lines = [encodeHead(law, state)];
  for (const nowMonoMs of [200, 400, 600]) {
    const common = {
      nowMonoMs,
      wallAtMs: nowMonoMs,
      caps: [],
      fleet: undefined,
      supply: undefined,
    };
    const picture = { ...common, meters: [silentMeter], targetBeforeStartW: undefined };
    const decision = decide(state, picture, law);
    lines.push(encodeEntry(picture, decision));
    ({ state } = decision);
  }
  return `${lines.join("\n")}\n`;
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ballast-replay-"));
  await writeFile(join(folder, "fall.csv"), recording);
  await writeFile(join(folder, "night.jsonl"), journal());
  await writeFile(join(folder, "wrong.jsonl"), journal().replaceAll(',560000,"', ',490000,"'));
});
afterAll(async () => rm(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const said = { out: "", err: "" };
  const exitCode = await replayCommand(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { exitCode, ...said };
}

test("a recording, for people", async () => {
  const { exitCode, out } = await run("frequency", join(folder, "fall.csv"));
  expect(exitCode).toBe(0);
  expect(out).toContain("2026-01-01T00:00:02Z    160 of 160 off  stage\n");
  expect(out).toContain("3 rows, 3 good; 1 changes");
});

test("a recording, for programs", async () => {
  const file = join(folder, "fall.csv");
  const { exitCode, out } = await run("frequency", file, "--profile", "default", "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    changes: [{ atUtc: "2026-01-01T00:00:02Z", offCount: 160, reason: "stage" }],
  });
});

test("a journal that replays, and one that does not", async () => {
  const same = await run("journal", join(folder, "night.jsonl"));
  expect(same).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining("3 decisions, all equal"),
  });
  const other = await run("journal", join(folder, "wrong.jsonl"));
  expect(other).toMatchObject({ exitCode: 1, out: expect.stringContaining("the journal says") });
});

test.each([
  [["frequency", "nowhere.csv"], "nowhere.csv cannot be read"],
  [["journal", "nowhere.jsonl"], "nowhere.jsonl cannot be read"],
  [["frequency"], "which file?"],
  [["frequency", "a.csv", "--profile", "wild"], "Invalid option"],
  [["frequency", "a.csv", "--units", "some"], "--units takes a number"],
  [["frequency", "a.csv", "--nominal-v", "-1"], "--nominal-v"],
  [["frequency", "a.csv", "--speed", "9"], "--help shows all options"],
  [["rewind", "a.csv"], "is not understood"],
])("%j is answered with a sentence", async (args, sentence) => {
  const { exitCode, err } = await run(...args);
  expect(exitCode).toBe(1);
  expect(err).toContain(sentence);
});

test("--help names every profile", async () => {
  const { exitCode, out } = await run("--help");
  expect(exitCode).toBe(0);
  expect(out).toContain("default, fast, weak-grid, strong-grid, threshold-only");
});
