import { existsSync, readFileSync } from "node:fs";
import { mqttTransport, type Transport } from "@ballast/bus";
import { type Clock, seededRandom, silentLog } from "@ballast/kernel";
import { commonSections } from "@ballast/runtime";
import { parse } from "yaml";

export const defaultSitePath = "config/site.yaml";

/** How every command line that listens to the bus is told where it is. */
export const busArguments = {
  url: { type: "string" },
  username: { type: "string", default: "site-tools" },
  "password-file": { type: "string" },
} as const;

export const busHelp = `  --url URL             the broker; else that of the site file, else the one on this machine
  --username NAME       broker user (site-tools)
  --password-file FILE  where the broker wants a password
`;

export interface BusValues {
  readonly url?: string | undefined;
  readonly username: string;
  readonly "password-file"?: string | undefined;
}

export interface SiteBus {
  readonly url: string;
  readonly transport: Transport;
}

export function openSiteBus(
  values: BusValues,
  { clock, command, sitePath }: { clock: Clock; command: string; sitePath: string },
): SiteBus {
  const { username, "password-file": passwordFile } = values;
  const url = values.url ?? urlFromSite(sitePath);
  const transport = mqttTransport({
    url,
    clientId: `ballast-${command}-${process.pid}`,
    credentials:
      passwordFile === undefined
        ? undefined
        : { username, password: readFileSync(passwordFile, "utf8").trim() },
    clock,
    random: seededRandom(process.pid),
    log: silentLog,
  });
  return { url, transport };
}

export const noBroker = (url: string): string =>
  `No broker answers at ${url}. Is the site running (npm start)? Else name it with --url.\n`;

/** Only the broker's address is of interest here, whatever else may be wrong with the file. */
function urlFromSite(sitePath: string): string {
  const site: unknown = existsSync(sitePath) ? parse(readFileSync(sitePath, "utf8")) : undefined;
  const bus = typeof site === "object" && site !== null && "bus" in site ? site.bus : {};
  const section = commonSections.bus.safeParse(bus);
  return section.success ? section.data.url : commonSections.bus.parse({}).url;
}
