import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@ballast/structure";
import { describe, expect, test } from "@jest/globals";

const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["tools/run.mjs", ...args], {
    cwd: repositoryRoot,
    encoding: "utf8",
  });

describe("the one door", () => {
  const help = run("--help");
  const commands = [...help.stdout.matchAll(/^ {2}([\w-]+) +\S/gm)].flatMap(
    ([, name]) => name ?? [],
  );

  test("lists exactly the scripts of package.json, each with a sentence", () => {
    expect(help.status).toBe(0);
    expect(commands).toEqual(Object.keys(scripts));
  });

  test("every script goes through it", () => {
    for (const name of commands) expect(scripts[name]).toBe(`node tools/run.mjs ${name}`);
  });

  test("refuses what it does not know, and says what there is", () => {
    const refusal = run("strat");
    expect(refusal.status).toBe(1);
    expect(refusal.stderr).toContain('no command "strat"');
    expect(refusal.stderr).toContain("npm start");
  });
});

test("every program behind the door has its source", () => {
  const text = readFileSync(join(repositoryRoot, "tools/run.mjs"), "utf8");
  const programs = [...text.matchAll(/program\(\s*"[^"]*",\s*"([^"]+)"(?:,\s*"([^"]+)")?/g)];
  expect(programs.length).toBeGreaterThan(0);
  const missing = programs
    .map(([, folder = "", entry = "main"]) => `${folder}/src/${entry}.ts`)
    .filter((path) => !existsSync(join(repositoryRoot, path)));
  expect(missing).toEqual([]);
});

test.each(["npm start", "npm test"])("the front page tells of `%s`", (command) => {
  expect(readFileSync(join(repositoryRoot, "README.md"), "utf8")).toContain(command);
});
