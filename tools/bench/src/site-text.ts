import type { SimulatorProcess } from "@ballast/simulator";
import { stringify } from "yaml";

export type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Any free ports: a measurement disturbs no site that runs on this machine. */
const ownPorts: Sections = {
  bus: { url: "mqtt://127.0.0.1:0" },
  http: { port: 0 },
};

/** The simulator's own site file, section by section laid over with what a measurement needs. */
export function siteText({ site }: Pick<SimulatorProcess, "site">, settings: Sections): string {
  const merged = new Map<string, object>();
  for (const sections of [site, ownPorts, settings]) {
    for (const [name, section] of Object.entries(sections)) {
      merged.set(name, { ...merged.get(name), ...section });
    }
  }
  return stringify(Object.fromEntries(merged));
}

/**
 * The site sheds as it always does, and comes back at once and all together: made for measuring
 * many sheds in a row, unfit for any grid.
 */
export function quickReturn({ site }: Pick<SimulatorProcess, "site">): Sections {
  return {
    "load-controller": {
      isRehearsal: true,
      overrides: {
        restoreWaitMs: 500,
        restoreWaitShortMs: 500,
        randomDelayMaxMs: 0,
        batchSpacingMs: 100,
      },
      batchKw: site["load-controller"]?.["ratedKw"],
    },
    "asic-controller": {
      policy: {
        batchRatio: 1,
        batchSpacingMs: 1,
        rampRatio: 100, // Many times the fleet in a minute.
        minOffMs: 0,
        dailyCyclesSoftCount: 1_000_000,
        dailyCyclesHardCount: 1_000_000,
      },
      traffic: { confirmMs: 500 },
    },
  };
}

/** The same, and one eighth of the fleet at a time: a fast fall must not shed several stages. */
export function crashSettings(simulator: Pick<SimulatorProcess, "site">): Sections {
  const quick = quickReturn(simulator);
  const { overrides, ...others } = quick["load-controller"] ?? {};
  return {
    ...quick,
    "load-controller": { ...others, overrides: { ...asObject(overrides), kick: "off" } },
  };
}

const asObject = (value: unknown): object =>
  typeof value === "object" && value !== null ? value : {};
