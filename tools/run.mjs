/**
 * The one door behind every script of package.json: brings the packages, builds what is needed,
 * and runs the command. Plain JavaScript without dependencies, because it runs before both exist.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const oldestNode = [20, 19];

const tsc = "node_modules/typescript/bin/tsc";
const biome = "node_modules/@biomejs/biome/bin/biome";
const jest = "node_modules/jest/bin/jest.js";

/** Each command in one line: what it is for, and either the program it starts or what it does. */
const commands = {
  start: program("The whole site in one process; nothing to install.", "services/box"),
  test: { summary: "All checks and tests; with arguments only those of jest.", run: test },
  build: { summary: "Compiles every package.", run: (args) => node([tsc, "-b", ...args]) },
  lint: {
    summary: "Style and format; --write mends.",
    run: (args) => node([biome, "check", ...args]),
  },
  gen: { summary: "Writes every generated file; --check only names the stale ones.", run: gen },
  topics: program("Every topic of the bus: --json, --help.", "tools/site-cli", "topics-main"),
  watch: program(
    "Follows the bus live, decoded: [filter] [--url] [--json].",
    "tools/site-cli",
    "watch-main",
  ),
  miners: program(
    "The latest reading of every miner: --stale, --json.",
    "tools/site-cli",
    "miners-main",
  ),
  "check-site": program(
    "Checks a site file and says what is wrong.",
    "services/box",
    "check-site-main",
  ),
  probe: program("Asks a meter how its frequency is coded.", "services/grid-meter", "probe-main"),
  calibrate: program(
    "Compares a power sensor with a reference.",
    "services/power-sensors",
    "calibrate-main",
  ),
  replay: program(
    "Runs a recording or a journal through the decisions.",
    "services/load-controller",
    "replay/main",
  ),
  report: program(
    "What an event of the grid, or a month, was like: for paper, spreadsheet or program.",
    "tools/site-cli",
    "report-main",
  ),
  backup: program(
    "Writes the whole history into one file: FILE [--from URL].",
    "tools/site-cli",
    "backup-main",
  ),
  restore: program(
    "Brings a backup back: FILE [--into URL] [--force].",
    "tools/site-cli",
    "restore-main",
  ),
  sim: program("Runs simulated sites from seeds.", "libs/testkit", "sim-main"),
  bench: program("Measures what the promises about speed rest on.", "tools/bench"),
};

function program(summary, folder, entry = "main") {
  return { summary, folder, entry: `${folder}/dist/${entry}.js` };
}

const [name = "--help", ...args] = process.argv.slice(2);
process.chdir(root);
if (!isNodeRecent()) {
  console.error(`Ballast needs Node ${oldestNode.join(".")} or newer; this is ${process.version}.`);
  console.error("Get a current one from https://nodejs.org and try again.");
  process.exitCode = 1;
} else if (Object.hasOwn(commands, name)) {
  process.exitCode = await perform(commands[name]);
} else {
  const isAsked = name === "--help" || name === "-h";
  if (!isAsked) console.error(`There is no command "${name}".`);
  (isAsked ? console.log : console.error)(help());
  process.exitCode = isAsked ? 0 : 1;
}

function isNodeRecent() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

function help() {
  const lines = Object.entries(commands).map(
    ([key, { summary }]) => `  ${key.padEnd(12)}${summary}`,
  );
  return ["npm start | npm test | npm run COMMAND [-- arguments]", "", ...lines].join("\n");
}

async function perform({ run, folder, entry }) {
  if (!(await install())) {
    if (run === test) console.log("0 passed, 1 failed"); // Who counts the line must find one.
    return 1;
  }
  if (run !== undefined) return run(args);
  if (!(await step("Building", [tsc, "-b", folder]))) return 1;
  // In this very process: signals, exit code and terminal are the program's own.
  process.argv.splice(1, process.argv.length, join(root, entry), ...args);
  await import(pathToFileURL(join(root, entry)).href);
  return process.exitCode;
}

/** Once for each state of the lock file. */
async function install() {
  const lock = createHash("sha256").update(readFileSync("pnpm-lock.yaml")).digest("hex");
  const marker = "node_modules/.ballast-installed";
  if (existsSync(marker) && readFileSync(marker, "utf8") === lock) return true;
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
  const npx = ["--yes", packageManager, "install", "--frozen-lockfile"];
  if (!(await step("Installing packages (once)", npx, "npx"))) return false;
  writeFileSync(marker, lock);
  return true;
}

async function gen(args) {
  if (!(await step("Building", [tsc, "-b", "tools/structure"]))) return 1;
  const structureCode = await node(["tools/structure/dist/main.js", ...args]);
  if (!(await step("Building", [tsc, "-b", "tools/gen"]))) return 1;
  return Math.max(structureCode, await node(["tools/gen/dist/main.js", ...args]));
}

async function test(args) {
  const checks = [
    ["Compiling sources and tests", [tsc, "-b"]],
    ["Checking style", [biome, "check", "--error-on-warnings"]],
  ];
  let failedCount = 0;
  for (const [title, check] of args.length > 0 ? [] : checks) {
    if (!(await step(title, check))) failedCount += 1;
  }
  if (await step("Building", [tsc, "-b", "libs/testkit"])) {
    await node(["libs/testkit/dist/servers/survey-main.js"]);
  }
  const report = join("node_modules", ".ballast-jest.json");
  rmSync(report, { force: true });
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  const code = await node([...flags, jest, "--json", `--outputFile=${report}`, ...args]);
  const { passed, failed } = totals(report, code);
  console.log(`${passed} passed, ${failed + failedCount} failed`);
  return failed + failedCount === 0 ? 0 : Math.max(1, code);
}

/** A suite that could not run counts as one failure; so does a run that ended without a report. */
function totals(report, code) {
  if (!existsSync(report)) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed: numPassedTests, failed: code === 0 ? failed : Math.max(1, failed) };
}

/** Says what takes long, and shows all of the output of what fails. True when it went well. */
async function step(title, args, file = process.execPath) {
  const startedMs = performance.now();
  let isAnnounced = false;
  const announcement = setTimeout(() => {
    isAnnounced = true;
    process.stderr.write(`${title} …`);
  }, 500);
  const { code, output } = await child(file, args, "pipe");
  clearTimeout(announcement);
  const elapsedS = (performance.now() - startedMs) / 1_000;
  if (isAnnounced) process.stderr.write(` ${elapsedS.toFixed(1)} s\n`);
  if (code !== 0) process.stderr.write(`${output}\n${title}: failed.\n`);
  return code === 0;
}

async function node(args) {
  return (await child(process.execPath, args, "inherit")).code;
}

/** Runs a program to its end. A signal that reaches us is handed on, and its end is awaited. */
function child(file, args, stdio) {
  const isWindows = process.platform === "win32"; // There npx is a script, and needs a shell.
  const running = spawn(file, args, {
    stdio: ["inherit", stdio, stdio],
    shell: isWindows && file === "npx",
  });
  let output = "";
  for (const stream of [running.stdout, running.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const handOn = (signal) => running.kill(signal);
  for (const signal of signals) process.on(signal, handOn);
  return new Promise((resolve) => {
    const end = (code, trouble) => {
      for (const signal of signals) process.off(signal, handOn);
      resolve({ code, output: `${output}${trouble}` });
    };
    running.on("error", ({ message }) => end(1, `${file}: ${message}`));
    running.on("close", (code, signal) => end(code ?? 128 + constants.signals[signal], ""));
  });
}
