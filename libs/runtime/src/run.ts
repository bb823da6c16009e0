import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { mqttTransport } from "@ballast/bus";
import type { ServiceName, Topic } from "@ballast/contracts";
import { realClock, seededRandom } from "@ballast/kernel";
import type * as z from "zod";
import type { ServiceDefinition } from "./define-service.ts";
import { fileStorage } from "./file-storage.ts";
import { serveHealth } from "./health-server.ts";
import { launch } from "./launch.ts";
import { pinoLog } from "./pino-log.ts";
import { prometheusMetrics } from "./prometheus-metrics.ts";
import type { BusSection } from "./site.ts";
import { readSiteFile, type SiteFile } from "./site-file.ts";
import { version } from "./version.ts";

const defaultSitePath = "config/site.yaml";

/** The whole life of a service's process: read the site file, start, wait for a signal, stop. */
export async function run<
  Config extends z.ZodType,
  Publishes extends Topic,
  Subscribes extends Topic,
  Ports,
>(
  definition: ServiceDefinition<Config, Publishes, Subscribes, Ports>,
  allServices: readonly string[],
): Promise<void> {
  const sitePath = sitePathFrom(definition);
  const { common, sections } = siteOrExit(sitePath, definition, allServices);
  const clock = realClock();
  const log = pinoLog({ service: definition.name, level: common.log.level });
  const metrics = prometheusMetrics(definition.name);
  const random = seededRandom(freshSeed());
  const launched = await launch(definition, {
    config: sections[definition.name] as z.infer<Config>,
    site: common.site,
    clock,
    random,
    log,
    metrics,
    storage: fileStorage(resolve(dirname(sitePath), common.storage.folder, definition.name)),
    busWaitMs: common.bus.connectWaitMs,
    version,
    connect: (name, will) =>
      mqttTransport({
        url: common.bus.url,
        clientId: `ballast-${common.site.id}-${name}`,
        credentials: credentialsFor(name, common.bus),
        will,
        clock,
        random,
        log,
      }),
  });
  const health = await serveHealth({ ...common.http, metrics, isReady: launched.isConnected });
  if (!health.ok) log.error("health-server-failed", { detail: health.fault.detail });
  log.info("started", { version });
  onStopSignal(async () => {
    await launched.stop();
    if (health.ok) await health.value.close();
    log.info("stopped");
  });
}

/** For a database that nobody but us uses: 24 random bytes as text. */
export const freshSecret = (): string => randomBytes(24).toString("base64url");

/** The variables of this process, for settings that may stand there. */
export const machineVariables = (): Readonly<Record<string, string | undefined>> => process.env;

/** Different in every process: two sites must not draw the same random delays. */
export const freshSeed = (): number => (process.pid * 65_537) ^ Date.now();

/** Ends the process cleanly on the first signal, and at once on a second one. */
export function onStopSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  const end = (): void => {
    if (isStopping) process.exit(130);
    isStopping = true;
    void stop().then(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

function sitePathFrom({ name, summary }: Pick<ServiceDefinition, "name" | "summary">): string {
  const { values } = parseArgs({
    options: { site: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help === true) {
    process.stdout.write(
      `${name}: ${summary}\n\n  --site FILE  the site file (${defaultSitePath})\n`,
    );
    process.exit(0);
  }
  return resolve(values.site ?? process.env["BALLAST_SITE"] ?? defaultSitePath);
}

function siteOrExit(
  path: string,
  definition: Parameters<typeof readSiteFile>[1][number],
  allServices: readonly string[],
): SiteFile {
  if (!existsSync(path)) {
    return exitWith([`There is no site file at ${path}; copy config/site.example.yaml there.`]);
  }
  const checked = readSiteFile(readFileSync(path, "utf8"), [definition], allServices, process.env);
  return checked.ok ? checked.value : exitWith(checked.problems);
}

function exitWith(problems: readonly string[]): never {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(1);
}

function credentialsFor(
  name: ServiceName,
  bus: BusSection,
): { username: string; password: string } | undefined {
  if (bus.passwordFile === undefined) return undefined;
  const password = readFileSync(bus.passwordFile, "utf8").trim();
  return { username: bus.username ?? name, password };
}
