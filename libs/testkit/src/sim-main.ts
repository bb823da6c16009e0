import { once } from "node:events";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { assertDefined, realClock } from "@ballast/kernel";
import type { Violation } from "./site/checker.ts";
import { simulateHour } from "./site/simulate-hour.ts";

const help = `npm run sim -- [options]   the whole site in virtual time, with bad weather and faults

  --seeds N       how many different runs (20)
  --first-seed N  the first of them (1); a run is repeated by its seed alone
  --hours H       site-hours of each run (1)
  --miners N      miners on the site (160)
  --jobs N        runs at the same time (the machine's cores)
  --json          the result for programs
  --help          this text

Exit code 1 when any promise was broken.
`;

/** Almost all that a run makes is short-lived; with more room less of it is copied around. */
const maxYoungGenerationSizeMb = 192;

interface Task {
  readonly seed: number;
  readonly hours: number;
  readonly minerCount: number;
}

interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly busDigest: number;
  readonly messageCount: number;
  readonly wallMs: number;
}

async function main(): Promise<number> {
  const options = optionsFrom(process.argv.slice(2));
  if (typeof options === "string") {
    const isHelp = options === help;
    (isHelp ? process.stdout : process.stderr).write(isHelp ? help : `${options}\n`);
    return isHelp ? 0 : 1;
  }
  const { seeds, firstSeed, hours, minerCount, jobs, isJson } = options;
  const tasks = Array.from({ length: seeds }, (_, index) => ({
    seed: firstSeed + index,
    hours,
    minerCount,
  }));
  const clock = realClock();
  const outcomes = await inParallel(tasks, Math.min(jobs, seeds), (outcome, doneCount) => {
    const verdict = outcome.violationCount === 0 ? "sound" : `${outcome.violationCount} violations`;
    process.stderr.write(
      `${doneCount}/${seeds}  seed ${outcome.seed}: ${verdict}, ${(outcome.wallMs / 1_000).toFixed(1)} s\n`,
    );
  });
  return report(outcomes, {
    hours,
    jobs: Math.min(jobs, seeds),
    isJson,
    wallMs: clock.monotonicMs(),
  });
}

interface Summary {
  readonly hours: number;
  readonly jobs: number;
  readonly isJson: boolean;
  readonly wallMs: number;
}

function report(outcomes: readonly Outcome[], { hours, jobs, isJson, wallMs }: Summary): number {
  const siteHours = outcomes.length * hours;
  const violations = outcomes.reduce((sum, { violationCount }) => sum + violationCount, 0);
  const busyMs = outcomes.reduce((sum, outcome) => sum + outcome.wallMs, 0);
  const result = {
    siteHours,
    violations,
    siteHoursPerWallHour: rounded(siteHours / (wallMs / 3_600_000)),
    siteHoursPerWallHourPerCore: rounded(siteHours / (busyMs / 3_600_000)),
    jobs,
    failedSeeds: outcomes
      .filter(({ violationCount }) => violationCount > 0)
      .map(({ seed }) => seed),
    examples: outcomes.flatMap((outcome) =>
      outcome.violations.slice(0, 3).map((violation) => ({ seed: outcome.seed, ...violation })),
    ),
  };
  const lines = [
    `${siteHours} site-hours, ${violations} violations`,
    `${result.siteHoursPerWallHour} site-hours per wall-hour, ${result.siteHoursPerWallHourPerCore} per core`,
    ...result.examples.map(
      ({ seed, checker, monoMs, detail }) =>
        `seed ${seed}, ${(monoMs / 1_000).toFixed(1)} s, ${checker}: ${detail}`,
    ),
  ];
  process.stdout.write(
    isJson ? `${JSON.stringify(result, undefined, 2)}\n` : `${lines.join("\n")}\n`,
  );
  return violations === 0 ? 0 : 1;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/**
 * Each lane takes the next task when it is done with one, and keeps its worker: compiled code stays
 * warm, and a run depends on nothing but its seed.
 */
async function inParallel(
  tasks: readonly Task[],
  jobs: number,
  onDone: (outcome: Outcome, doneCount: number) => void,
): Promise<readonly Outcome[]> {
  const waiting = [...tasks];
  const outcomes: Outcome[] = [];
  const lane = async (): Promise<void> => {
    const worker = new Worker(new URL(import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const outcome = await runOn(worker, task);
      outcomes.push(outcome);
      onDone(outcome, outcomes.length);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  return outcomes.sort((left, right) => left.seed - right.seed);
}

/** Fails with whatever ended the worker. */
async function runOn(worker: Worker, task: Task): Promise<Outcome> {
  const answered = once(worker, "message");
  worker.postMessage(task);
  const [outcome]: readonly Outcome[] = await answered; // Posted below, in this very file.
  return assertDefined(outcome, "a worker answers with an outcome");
}

function work(): void {
  const port = assertDefined(parentPort ?? undefined, "a worker has a parent");
  const clock = realClock();
  port.on("message", async ({ seed, hours, minerCount }: Task) => {
    const startedMonoMs = clock.monotonicMs();
    const site = await simulateHour({ seed, durationMs: hours * 3_600_000, minerCount });
    const outcome: Outcome = {
      seed,
      violations: site.violations,
      violationCount: site.violationCount,
      busDigest: site.busDigest(),
      messageCount: site.messageCount(),
      wallMs: clock.monotonicMs() - startedMonoMs,
    };
    port.postMessage(outcome);
  });
}

interface Options {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly hours: number;
  readonly minerCount: number;
  readonly jobs: number;
  readonly isJson: boolean;
}

function optionsFrom(args: readonly string[]): Options | string {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: text,
        "first-seed": text,
        hours: text,
        miners: text,
        jobs: text,
        json: flag,
        help: { ...flag, short: "h" },
      },
    });
    if (values.help === true) return help;
    return {
      seeds: positive("seeds", values.seeds, 20),
      firstSeed: positive("first-seed", values["first-seed"], 1),
      hours: positive("hours", values.hours, 1),
      minerCount: positive("miners", values.miners, 160),
      jobs: positive("jobs", values.jobs, availableParallelism()),
      isJson: values.json === true,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}; --help shows all options`;
  }
}

function positive(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (!Number.isFinite(value) || value <= 0 || value > 1_000_000) {
    throw new Error(`--${name} takes a number above 0`);
  }
  return value;
}

if (isMainThread) process.exitCode = await main();
else work();
