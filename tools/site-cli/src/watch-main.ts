import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { mqttTransport } from "@ballast/bus";
import { realClock, seededRandom, silentLog } from "@ballast/kernel";
import { commonSections, onStopSignal } from "@ballast/runtime";
import { parse } from "yaml";
import { watch } from "./watch.ts";

const sitePath = "config/site.yaml";
const help = `Follows the bus live, decoded; Ctrl-C ends.

  npm run watch [-- FILTER]

  FILTER                a part of the address (frequency) or an MQTT filter (load/#)
  --url URL             the broker; else that of ${sitePath}, else the one on this machine
  --username NAME       broker user (site-tools)
  --password-file FILE  where the broker wants a password
  --json                for programs: one JSON object a line
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string" },
    username: { type: "string", default: "site-tools" },
    "password-file": { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) {
  process.stdout.write(help);
  process.exit(0);
}

const url = values.url ?? urlFromSite();
const passwordFile = values["password-file"];
const clock = realClock();
const transport = mqttTransport({
  url,
  clientId: `ballast-watch-${process.pid}`,
  credentials:
    passwordFile === undefined
      ? undefined
      : { username: values.username, password: readFileSync(passwordFile, "utf8").trim() },
  clock,
  random: seededRandom(process.pid),
  log: silentLog,
});

let isStopping = false;
onStopSignal(() => {
  isStopping = true;
  return transport.close();
});
// Whoever reads us may have seen enough: `npm run watch | head`.
process.stdout.on("error", () => process.exit(0));

const isFollowing = await watch({
  transport,
  clock,
  filter: positionals[0],
  isJson: values.json,
  print: (line) => process.stdout.write(`${line}\n`),
  tell: (line) => {
    if (!isStopping) process.stderr.write(`${line}\n`);
  },
});
if (!isFollowing) {
  process.stderr.write(
    `No broker answers at ${url}. Is the site running (npm start)? Else name it with --url.\n`,
  );
  process.exit(1);
}

/** Only the broker's address is of interest here, whatever else may be wrong with the file. */
function urlFromSite(): string {
  const site: unknown = existsSync(sitePath) ? parse(readFileSync(sitePath, "utf8")) : undefined;
  const bus = typeof site === "object" && site !== null && "bus" in site ? site.bus : {};
  const section = commonSections.bus.safeParse(bus);
  return section.success ? section.data.url : commonSections.bus.parse({}).url;
}
