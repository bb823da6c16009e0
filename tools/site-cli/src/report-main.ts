import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HistorianConfig } from "@ballast/historian";
import { postgresStore } from "@ballast/history";
import { startEmbeddedPostgres } from "@ballast/history/embedded";
import { realClock } from "@ballast/kernel";
import { LoadControllerConfig, lawOf } from "@ballast/load-controller";
import { commonSections, freshSecret, machineVariables } from "@ballast/runtime";
import { parse } from "yaml";
import { type ReportOptions, reportCommand, type SiteFacts } from "./report.ts";

const siteDefault = "config/site.yaml";
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
  const named = options.url ?? urlInMachine() ?? urlInSite(options);
  if (named !== undefined) {
    const store = postgresStore({ url: named });
    return { reader: store, close: () => store.close() };
  }
  const folder = join(options.dataFolder, "postgres");
  if (!existsSync(folder)) {
    throw new Error(
      `Which database? Name it with --url; ${folder} holds none, as npm start would make it.`,
    );
  }
  // Of a site that runs it is found; that of one which stands still comes up for this report.
  const server = await startEmbeddedPostgres({ folder, clock, makePassword: freshSecret });
  if (!server.ok) throw new Error(server.fault.detail);
  const store = postgresStore({ url: server.value.url });
  const close = async (): Promise<void> => {
    await store.close();
    if (!server.value.wasFound) await server.value.stop();
  };
  return { reader: store, close };
}

function urlInMachine(): string | undefined {
  const { POSTGRES_URL: url, POSTGRES_URL_FILE: file } = machineVariables();
  return url ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim());
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
  const law = LoadControllerConfig.safeParse(document["load-controller"]);
  return {
    siteName: site.success ? site.data.name : "Site",
    nominalHz: site.success ? site.data.nominalHz : 50,
    stagesHz: law.success
      ? lawOf(law.data).stages.map(({ thresholdMilliHz }) => thresholdMilliHz / 1_000)
      : [],
  };
}

function siteDocument({ sitePath, dataFolder }: ReportOptions): Readonly<Record<string, unknown>> {
  const paths = sitePath === undefined ? [join(dataFolder, "site.yaml"), siteDefault] : [sitePath];
  const path = paths.find(existsSync);
  if (path === undefined) {
    if (sitePath !== undefined) throw new Error(`${sitePath} is not there`);
    return {};
  }
  const document: unknown = parse(readFileSync(path, "utf8"));
  return typeof document === "object" && document !== null ? { ...document } : {};
}
