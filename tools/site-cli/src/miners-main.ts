import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type AsicControllerConfig, asicController, minersOf } from "@ballast/asic-controller";
import { openBus } from "@ballast/bus";
import { serviceNames } from "@ballast/contracts";
import {
  fail,
  ok,
  type Result,
  realClock,
  seededRandom,
  silentLog,
  silentMetrics,
} from "@ballast/kernel";
import { readSiteFile } from "@ballast/runtime";
import { openStatusCache, type StatusCacheSettings } from "@ballast/status-cache";
import { isStale, type MinerRow, minerRows, minersJson, minersTable } from "./miners.ts";
import { minersFromBus } from "./miners-from-bus.ts";
import { busArguments, busHelp, defaultSitePath, noBroker, openSiteBus } from "./site-bus.ts";
import { isConnectedSoon } from "./watch.ts";

const help = `The latest reading of every miner, with its age: from Redis where the site has one, else
from one round of readings on the bus.

  npm run miners

  --stale               only miners without a current reading
  --json                for programs: one JSON object a line
  --site FILE           the site file (${defaultSitePath})
${busHelp}`;

const { values } = parseArgs({
  options: {
    ...busArguments,
    stale: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    site: { type: "string", default: defaultSitePath },
    help: { type: "boolean", short: "h", default: false },
  },
});
const clock = realClock();
// Whoever reads us may have seen enough: `npm run miners | head`.
process.stdout.on("error", () => process.exit(0));

if (values.help) process.stdout.write(help);
else {
  const rows = await findMiners();
  if (rows.ok) show(rows.value);
  else {
    process.stderr.write(`${rows.fault.detail.trimEnd()}\n`);
    process.exitCode = 1;
  }
}

function show(all: readonly MinerRow[]): void {
  const nowAtMs = clock.wallMs();
  const stale = all.filter((row) => isStale(row, nowAtMs));
  const rows = values.stale ? stale : all;
  const lines = (values.json ? minersJson : minersTable)(rows, nowAtMs);
  if (lines !== "") process.stdout.write(`${lines}\n`);
  if (values.json) return;
  process.stdout.write(`${all.length} miners, ${stale.length} without a current reading\n`);
}

async function findMiners(): Promise<Result<readonly MinerRow[]>> {
  if (!existsSync(values.site)) return fromBus();
  const checked = readSiteFile(readFileSync(values.site, "utf8"), [asicController], serviceNames);
  if (!checked.ok) return fail("config.invalid", checked.problems.join("\n"));
  // The section is what this very schema made of the file.
  const config = checked.value.sections[asicController.name] as AsicControllerConfig;
  const { redisUrl, redisUrlFile } = config.cache;
  if (redisUrl === undefined && redisUrlFile === undefined) return fromBus();
  const planned = await minersOf(config);
  return fromCache(
    checked.value.common.site.id,
    config.cache,
    planned.map(({ facts }) => facts.id),
  );
}

async function fromCache(
  siteId: string,
  settings: StatusCacheSettings,
  minerIds: readonly string[],
): Promise<Result<readonly MinerRow[]>> {
  const random = seededRandom(process.pid);
  const cache = openStatusCache({ siteId, settings, clock, random, log: silentLog });
  const fleet = await cache.readAll();
  await cache.close();
  if (!fleet.ok) return fail(fleet.fault.code, `Redis gives no readings: ${fleet.fault.detail}`);
  const { readings, rejectedCount } = fleet.value;
  if (rejectedCount > 0) process.stderr.write(`${rejectedCount} entries are no readings.\n`);
  return ok(minerRows(minerIds, readings));
}

async function fromBus(): Promise<Result<readonly MinerRow[]>> {
  const { transport, url } = openSiteBus(values, {
    clock,
    command: "miners",
    sitePath: values.site,
  });
  if (!(await isConnectedSoon(transport, clock))) {
    await transport.close();
    return fail("bus.disconnected", noBroker(url));
  }
  process.stderr.write("Listening for one round of readings …\n");
  const bus = openBus({
    as: "site-tools",
    transport,
    clock,
    log: silentLog,
    metrics: silentMetrics,
  });
  const rows = await minersFromBus(bus, clock);
  await bus.close();
  return ok(rows);
}
