import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync } from "node:fs";
import { assert } from "@ballast/kernel";
import type { Place, Program, ServerBody, ServerRecipe } from "./real-server.ts";
import { until } from "./sockets.ts";

const killAfterMs = 5_000;
const wordsMaxCount = 2_000;
const nobodyId = 65_534;

/** Servers of ours that run now: when the tests end early, they must not stay behind. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A program of this machine as a child of the test, ended by its very process id. */
export async function processBody(
  recipe: ServerRecipe,
  program: Program,
  place: Place,
): Promise<ServerBody> {
  const { args, isForbiddenToRoot, prepare, stopSignal } = recipe.process;
  const options = processOptions(program, place, isForbiddenToRoot);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    assert(child === undefined, `${recipe.name} does not run yet`);
    child = spawn(program.path, args(place), options);
    await ready(child, recipe, place.port);
  };
  const stop = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending !== undefined) await ended(ending, stopSignal);
  };
  await prepare(program, place, (path, programArgs) => {
    const { status, stderr } = spawnSync(path, programArgs, { ...options, encoding: "utf8" });
    assert(status === 0, `${path} does its work: ${stderr}`);
  });
  await start();
  return {
    start,
    stop,
    pause: async () => void child?.kill("SIGSTOP"),
    resume: async () => void child?.kill("SIGCONT"),
    close: stop,
  };
}

function processOptions({ environment }: Program, { folder }: Place, isForbiddenToRoot: boolean) {
  const isForNobody = isForbiddenToRoot && process.getuid?.() === 0;
  if (isForNobody) chownSync(folder, nobodyId, nobodyId);
  return {
    cwd: folder,
    env: { ...process.env, ...environment },
    ...(isForNobody && { uid: nobodyId, gid: nobodyId }),
  };
}

/** A program that ends at once is quoted: its own words say best why. */
async function ready(child: ChildProcess, recipe: ServerRecipe, port: number): Promise<void> {
  running.add(child);
  let words = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      words = `${words}${text}`.slice(-wordsMaxCount);
    });
  }
  child.once("error", (error) => {
    words = error.message;
  });
  await until(() => {
    if (hasEnded(child)) throw new Error(`${recipe.name} ended at once: ${words}`);
    return recipe.isReady(port);
  });
}

const hasEnded = ({ exitCode, pid, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

async function ended(child: ChildProcess, stopSignal: NodeJS.Signals): Promise<void> {
  if (!hasEnded(child)) {
    await new Promise<void>((done) => {
      const killing = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      child.once("exit", () => {
        clearTimeout(killing);
        done();
      });
      child.kill("SIGCONT"); // One that stands still would not hear the next signal.
      child.kill(stopSignal);
    });
  }
  running.delete(child);
}
