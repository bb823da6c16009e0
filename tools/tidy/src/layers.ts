import type { WorkspacePackage } from "@ballast/structure";

/** What each library may stand on. `node` stands for everything that Node brings. */
const libraryMayUse: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  contracts: ["kernel", "zod"],
  bus: ["kernel", "contracts", "mqtt", "aedes", "node"],
  runtime: [
    ...["kernel", "contracts", "bus", "outbox"],
    ...["zod", "yaml", "pino", "prom-client", "express", "node"],
  ],
  modbus: ["kernel", "modbus-serial", "node"],
  stratum: ["kernel"],
  "meter-drivers": ["kernel", "modbus", "zod"],
  "miner-drivers": ["kernel", "zod", "node"],
  "sensor-drivers": ["kernel", "zod"],
  outbox: ["kernel"],
  history: ["kernel", "contracts", "zod", "pg", "pg-copy-streams", "node"],
  "status-cache": ["kernel", "contracts", "zod", "ioredis", "node"],
  "sim-plant": ["kernel", "zod"],
  "sim-devices": [
    ...["kernel", "modbus", "stratum", "meter-drivers", "miner-drivers", "sensor-drivers"],
    "sim-plant",
    ...["zod", "node"],
  ],
};

/** Made for tests and demonstrations; no controller may ever lean on it. */
const isMakeBelieve = (name: string): boolean => name === "testkit" || name.startsWith("sim-");
const mayMakeBelieve = ["simulator", "box"];

export interface Usage {
  /** `libs/bus`, `services/box`. */
  readonly folder: string;
  /** Short names of ours (`kernel`), names of others (`zod`), or `node`. */
  readonly uses: readonly string[];
}

export function layerProblems({ folder, uses }: Usage, serviceNames: readonly string[]): string[] {
  const [layer, name = ""] = folder.split("/");
  if (layer === "tools") return [];
  const services = uses.filter((used) => serviceNames.includes(used));
  if (layer === "services") {
    const makeBelieve = uses.filter(isMakeBelieve);
    return [
      ...(name === "box" ? [] : services.map((used) => `${folder} uses the service ${used}`)),
      ...(mayMakeBelieve.includes(name) ? [] : makeBelieve.map((used) => `${folder} uses ${used}`)),
    ];
  }
  // What tests are built with may use anything, the services first of all.
  if (name === "testkit") return [];
  const allowed = libraryMayUse[name];
  if (allowed === undefined) return [`${folder} has no place in the map of layers`];
  return uses.filter((used) => !allowed.includes(used)).map((used) => `${folder} uses ${used}`);
}

/** The short name of a package of ours; others keep theirs. */
export const shortName = (name: string): string => name.replace("@ballast/", "");

export const serviceNamesIn = (packages: readonly WorkspacePackage[]): readonly string[] =>
  packages.flatMap(({ folder }) =>
    folder.startsWith("services/") ? [folder.replace("services/", "")] : [],
  );
