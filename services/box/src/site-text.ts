import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { type Clock, fail, ok, type Random, type Result } from "@ballast/kernel";
import { simulatedFleet } from "@ballast/sim-devices";
import {
  type Simulator,
  scenarioByName,
  scenarioFromRecording,
  startSimulator,
} from "@ballast/simulator";
import { stringify } from "yaml";
import type { BoxOptions } from "./options.ts";
import type { SiteFaults } from "./site-faults.ts";

/** A site file's text, and for a simulated site the sockets behind it. */
export interface Site {
  readonly text: string;
  readonly title: string;
  readonly simulator: Simulator | undefined;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: SiteFaults;
}

export function readSite(path: string): Result<Site> {
  try {
    return ok({ text: readFileSync(path, "utf8"), title: path, simulator: undefined });
  } catch {
    return fail(
      "config.invalid",
      `there is no site file at ${isAbsolute(path) ? path : resolve(path)}; copy config/site.example.yaml and edit it`,
    );
  }
}

export async function simulateSite(
  options: BoxOptions,
  { clock, random, faults }: Surroundings,
): Promise<Result<Site>> {
  const scenario =
    options.frequencyPath === undefined
      ? scenarioByName(options.scenario)
      : scenarioFromRecording(options.frequencyPath, 50, undefined);
  if (!scenario.ok) return scenario;
  const fleet = simulatedFleet({ minerCount: options.minerCount, random: random.fork("fleet") });
  const simulator = await startSimulator({
    clock,
    random: random.fork("simulator"),
    seed: 1,
    scenario: scenario.value,
    fleet,
    settings: scenario.value.settings,
    onSiteFault: faults.carryOut,
  });
  if (!simulator.ok) return simulator;
  return ok({
    text: stringify(simulator.value.site),
    title: `simulated site · ${scenario.value.title}`,
    simulator: simulator.value,
  });
}
