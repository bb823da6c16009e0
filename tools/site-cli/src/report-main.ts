import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HistorianConfig } from "@ballast/historian";
import { postgresStore } from "@ballast/history";
import { realClock } from "@ballast/kernel";
import { LoadControllerConfig, lawOf } from "@ballast/load-controller";
import { commonSections, machineVariables } from "@ballast/runtime";
import { parse } from "yaml";
import { findDatabase } from "./find-database.ts";
import { type ReportOptions, reportCommand, type SiteFacts } from "./report.ts";
import { defaultSitePath } from "./site-bus.ts";

const clock = realClock();

process.exitCode = await reportCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  writeFile: (path, text) => writeFile(path, text),
  nowAtMs: () => clock.wallMs(),
  site: siteFacts,
  openHistory,
});

async function openHistory(options: ReportOptions) {
  const { POSTGRES_URL, POSTGRES_URL_FILE } = machineVariables();
  const isInEnvironment = Boolean(POSTGRES_URL ?? POSTGRES_URL_FILE);
  const url = options.url ?? (isInEnvironment ? undefined : urlInSite(options));
  const database = await findDatabase({ url, dataFolder: options.dataFolder });
  if (!database.ok) throw new Error(database.fault.detail);
  const store = postgresStore({ url: database.value.url });
  const close = async (): Promise<void> => {
    await store.close();
    await database.value.close();
  };
  return { reader: store, close };
}

function urlInSite(options: ReportOptions): string | undefined {
  const section = HistorianConfig.safeParse(siteDocument(options)["historian"] ?? {});
  if (!section.success) return undefined;
  const { postgresUrl, postgresUrlFile } = section.data;
  if (postgresUrl !== undefined) return postgresUrl.reveal();
  return postgresUrlFile === undefined ? undefined : readFileSync(postgresUrlFile, "utf8").trim();
}

/** Only what stands on the report is of interest here, whatever else may be wrong with the file. */
function siteFacts(options: ReportOptions): SiteFacts {
  const document = siteDocument(options);
  const site = commonSections.site.safeParse(document["site"]);
  const history = HistorianConfig.safeParse(document["historian"] ?? {});
  const law = LoadControllerConfig.safeParse(document["load-controller"]);
  return {
    siteName: site.success ? site.data.name : "Site",
    nominalHz: site.success ? site.data.nominalHz : 50,
    stagesHz: law.success
      ? lawOf(law.data).stages.map(({ thresholdMilliHz }) => thresholdMilliHz / 1_000)
      : [],
    product: history.success ? history.data.product : undefined,
  };
}

function siteDocument({ sitePath, dataFolder }: ReportOptions): Readonly<Record<string, unknown>> {
  const paths =
    sitePath === undefined ? [join(dataFolder, "site.yaml"), defaultSitePath] : [sitePath];
  const path = paths.find(existsSync);
  if (path === undefined) {
    if (sitePath !== undefined) throw new Error(`${sitePath} is not there`);
    return {};
  }
  const document: unknown = parse(readFileSync(path, "utf8"));
  return typeof document === "object" && document !== null ? { ...document } : {};
}
