import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recoverLines } from "@ballast/asic-controller";
import { type Clock, machineMonoMs, type Random, realClock, seededRandom } from "@ballast/kernel";
import { forkSimulator, type SimulatedSite, type SimulatorProcess } from "@ballast/simulator";
import { freePort } from "@ballast/testkit/servers";
import { BoxProcess } from "./box-process.ts";
import { compareCycles, type Restart, wakesOfRestarts } from "./cycle-count.ts";
import { type FleetView, followFleet } from "./follow-fleet.ts";
import type { CrashReport } from "./report.ts";
import { isAllRunning } from "./running-site.ts";
import { scratchFolder } from "./scratch-folder.ts";
import { crashSettings, siteText } from "./site-text.ts";
import { until } from "./until.ts";

export interface CrashOptions {
  readonly minerCount: number;
  readonly killCount: number;
  readonly drivers?: SimulatedSite["drivers"];
  readonly tell: (line: string) => void;
}

/** The stages of the `fast` profile: an eighth of the fleet each. */
const stageCount = 8;
const firstStageHz = 49.675;
const stageWidthHz = 0.025;
const belowStageHz = 0.01;
const calmHz = 50;
/** A shed takes some 150 ms: kills fall before it, in the middle of it and just behind it. */
const killWithinMs = 300;
const settleWithinMs = 90_000;
/** A firmware that locks out a new login holds it for a minute, and is told again each minute. */
const provenWithinMs = 180_000;
/** After a restart the site looks on for a minute before anything comes back. */
const returnWithinMs = 180_000;
const lookEveryMs = 100;
/** What was stopped last is proven, and on record, before the books are compared. */
const lastLookMs = 3_000;

/** All that one measurement works with. */
interface Stand {
  readonly clock: Clock;
  readonly random: Random;
  readonly simulator: SimulatorProcess;
  readonly box: BoxProcess;
  readonly view: FleetView;
  readonly minerCount: number;
  readonly seen: Map<string, number>;
  readonly wakesMonoMs: number[];
  readonly restarts: Restart[];
}

/**
 * Kills the services in the middle of sheds, again and again. Each kill falls into the shed of one
 * more stage; after the last stage the grid recovers, and the services wake the fleet by their own
 * rules, only without the long waits. Nobody else touches the miners: a person who starts one would
 * make the controller stop it again, and that stop is no cycle of the controller's.
 */
export async function benchCrash(options: CrashOptions): Promise<CrashReport> {
  const { minerCount, killCount, drivers, tell } = options;
  const scratch = scratchFolder();
  const clock = realClock();
  const pace = { bootMs: { minMs: 500, maxMs: 2_000 }, rampMs: { minMs: 500, maxMs: 2_000 } };
  const simulator = await forkSimulator({
    scenario: "calm-day",
    minerCount,
    pace,
    ...(drivers && { drivers }),
  });
  const url = `mqtt://127.0.0.1:${await freePort()}`;
  const sitePath = join(scratch.path, "site.yaml");
  writeFileSync(sitePath, siteText(simulator, { ...crashSettings(simulator), bus: { url } }));
  const dataFolder = join(scratch.path, "data");
  const box = new BoxProcess({ sitePath, dataFolder });
  const view = await followFleet(url, clock);
  const random = seededRandom(1);
  const books = { seen: new Map<string, number>(), wakesMonoMs: [], restarts: [] };
  const stand: Stand = { clock, random, simulator, box, view, minerCount, ...books };
  try {
    const failures = [...(await killAgainAndAgain(stand, killCount, tell))];
    tell("waiting until every stop is proven");
    if (!(await isProven(stand))) failures.push("not every stop was proven in the end");
    await clock.sleep(lastLookMs);
    await box.end("SIGTERM");
    await noteCommands(stand);
    return report(stand, { killCount, failures, dataFolder });
  } finally {
    await box.end("SIGKILL");
    await view.close();
    await simulator.stop();
    scratch.remove();
  }
}

async function killAgainAndAgain(
  stand: Stand,
  killCount: number,
  tell: CrashOptions["tell"],
): Promise<readonly string[]> {
  const { box, simulator } = stand;
  const failures: string[] = [];
  tell(`starting ${stand.minerCount} simulated miners and the services`);
  await simulator.hold(calmHz);
  box.start();
  if (!(await isWhole(stand))) return ["the site did not start"];
  for (let kill = 1; kill <= killCount; kill += 1) {
    const stage = 1 + ((kill - 1) % stageCount);
    const trouble = await killDuringShed(stand, stage);
    if (trouble !== undefined) failures.push(`kill ${kill}: ${trouble}`);
    tell(`kill ${kill} of ${killCount} in stage ${stage}: ${trouble ?? "shed by the next one"}`);
    if (!box.isAlive()) return [...failures, "the services ended by themselves"];
    if (stage < stageCount || kill === killCount) continue;
    tell("the grid is calm again; waiting until all miners are back");
    await simulator.hold(calmHz);
    if (!(await isWhole(stand))) failures.push(`after kill ${kill}: not all miners came back`);
    await noteCommands(stand);
  }
  return failures;
}

/** Undefined where the next life finished what the killed one had begun. */
async function killDuringShed(stand: Stand, stage: number): Promise<string | undefined> {
  const { box, clock, minerCount, random, restarts, simulator, view } = stand;
  await simulator.hold(firstStageHz - (stage - 1) * stageWidthHz - belowStageHz);
  await clock.sleep(random.next() * killWithinMs);
  await box.end("SIGKILL");
  const startedMonoMs = machineMonoMs();
  const startedAtMs = clock.wallMs();
  box.start();
  const patience = { clock, deadlineMs: settleWithinMs, everyMs: lookEveryMs };
  const isReadBack = await until(
    () => view.fleet !== undefined && view.fleet.atMs > startedAtMs && view.fleet.isReadBack,
    patience,
  );
  const readBackMonoMs = isReadBack ? machineMonoMs() : undefined;
  restarts.push({ startedMonoMs, readBackMonoMs });
  const runningMaxCount = Math.floor((minerCount * (stageCount - stage)) / stageCount);
  const isShed = await until(async () => {
    const { runningCount, stoppingCount } = await simulator.look();
    return runningCount <= runningMaxCount && stoppingCount === 0;
  }, patience);
  await noteCommands(stand);
  if (!isReadBack) return "the fleet was not read back";
  return isShed ? undefined : "the stage was not shed";
}

const isWhole = ({ clock, view }: Stand): Promise<boolean> =>
  isAllRunning(
    { box: { model: view }, clock },
    { sinceAtMs: clock.wallMs(), deadlineMs: returnWithinMs },
  );

/** A cycle counts when its stop is sent; one that waits for a locked miner is still on its way. */
const isProven = ({ clock, simulator, view }: Stand): Promise<boolean> => {
  const sinceAtMs = clock.wallMs();
  return until(
    async () => {
      const { fleet } = view;
      if (fleet === undefined || fleet.atMs <= sinceAtMs) return false;
      const { stoppingCount } = await simulator.look();
      return stoppingCount === 0 && fleet.stoppingCount === 0 && fleet.unresponsiveCount === 0;
    },
    { clock, deadlineMs: provenWithinMs, everyMs: lookEveryMs },
  );
};

async function noteCommands({ simulator, seen, wakesMonoMs }: Stand): Promise<void> {
  for (const { minerId, kind, atMonoMs, isCycle } of await simulator.take()) {
    if (kind === "wake") wakesMonoMs.push(atMonoMs);
    if (isCycle) seen.set(minerId, (seen.get(minerId) ?? 0) + 1);
  }
}

function report(
  { minerCount, seen, wakesMonoMs, restarts }: Stand,
  {
    killCount,
    failures,
    dataFolder,
  }: {
    readonly killCount: number;
    readonly failures: readonly string[];
    readonly dataFolder: string;
  },
): CrashReport {
  const journal = readFileSync(join(dataFolder, "asic-controller", "cycles.jsonl"));
  const { records } = recoverLines(journal);
  const counted = new Map([...records].map(([id, { cyclesCount }]) => [id, cyclesCount]));
  const totals = compareCycles(counted, seen);
  return {
    minerCount,
    killCount,
    cyclesCountedCount: totals.countedCount,
    cyclesSeenCount: totals.seenCount,
    lostCount: totals.lostCount,
    doubledCount: totals.doubledCount,
    wokenByRestartCount: wakesOfRestarts(wakesMonoMs, restarts),
    failures,
  };
}
