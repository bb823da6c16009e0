import { join } from "node:path";
import { type Box, openBox } from "@ballast/box";
import type { Outgoing } from "@ballast/bus";
import { type Clock, realClock, seededRandom } from "@ballast/kernel";
import { freshSeed, logFile, pinoLog } from "@ballast/runtime";
import { forkSimulator, type SimulatedSite, type SimulatorProcess } from "@ballast/simulator";
import { scratchFolder } from "./scratch-folder.ts";
import { type Sections, siteText } from "./site-text.ts";
import { until } from "./until.ts";

/** All services in this process, as `npm start` runs them; what they talk to in another one. */
export interface RunningSite {
  readonly simulator: SimulatorProcess;
  readonly box: Box;
  readonly clock: Clock;
  stop(): Promise<void>;
}

export interface SiteWish {
  readonly simulated: SimulatedSite;
  readonly settings: (simulator: SimulatorProcess) => Sections;
  readonly onPublish?: (message: Outgoing) => void;
}

/** For reading back ten thousand miners on a busy machine. */
const readyWithinMs = 180_000;

export async function openSite({ simulated, settings, onPublish }: SiteWish): Promise<RunningSite> {
  const clock = realClock();
  const scratch = scratchFolder();
  const simulator = await forkSimulator(simulated);
  await simulator.hold(50);
  // Logged as on site: the cost of writing belongs to the measurement.
  const destination = logFile(join(scratch.path, "box.log"));
  const opened = await openBox({
    siteText: siteText(simulator, settings(simulator)),
    dataFolder: scratch.path,
    isSimulated: true,
    clock,
    random: seededRandom(freshSeed()),
    log: (service) => pinoLog({ service, level: "info", destination }),
    listeners: {},
    history: {
      isDatabaseWanted: true,
      variables: {},
      tell: () => undefined,
    },
    ...(onPublish && { onPublish }),
  });
  if (!opened.ok) {
    await simulator.stop();
    scratch.remove();
    throw new Error(opened.fault.join("\n"));
  }
  const box = opened.value;
  const site: RunningSite = {
    simulator,
    box,
    clock,
    stop: async () => {
      await box.stop();
      await simulator.stop();
      scratch.remove();
    },
  };
  if (await isAllRunning(site, { sinceAtMs: 0, deadlineMs: readyWithinMs })) return site;
  await site.stop();
  throw new Error(`the site was not up within ${readyWithinMs / 1_000} s`);
}

type FleetWords = Pick<Box["model"], "fleet" | "target">;

/** Waits until the fleet itself says that every miner hashes, and that all of it is allowed. */
export const isAllRunning = (
  { box, clock }: { readonly box: { readonly model: FleetWords }; readonly clock: Clock },
  { sinceAtMs, deadlineMs }: { readonly sinceAtMs: number; readonly deadlineMs: number },
): Promise<boolean> =>
  until(
    () => {
      const { fleet, target } = box.model;
      if (fleet === undefined || target === undefined) return false;
      const isWhole = fleet.isReadBack && fleet.hashingCount === fleet.minerCount;
      return fleet.atMs > sinceAtMs && isWhole && target.targetKw >= fleet.ratedKw - 0.001;
    },
    { clock, deadlineMs, everyMs: 50 },
  );
