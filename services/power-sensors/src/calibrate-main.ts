import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { mqttTransport } from "@ballast/bus";
import { serviceNames } from "@ballast/contracts";
import { realClock, seededRandom, silentLog } from "@ballast/kernel";
import { readSiteFile } from "@ballast/runtime";
import { calibrate, proposalText } from "./calibrate.ts";
import { PowerSensorsConfig } from "./config.ts";
import { powerSensors } from "./service.ts";

const help = `Compares a power sensor with a reference, and proposes its calibration factor.

  npm run calibrate -- SENSOR --reference-kw N [options]

Options:
  --reference-kw N      what a trusted instrument shows, import is positive; --reference-kw=-5
  --seconds S           how long to listen (60)
  --site FILE           the site file (config/site.yaml): broker and current calibration
  --username NAME       broker user (site-tools)
  --password-file FILE  where the broker wants a password
  -h, --help            this text

Keep the load steady meanwhile, and near what the sensor is there for. Nothing is changed: write what
you believe into the site file. Exit code 1: no factor could be found.
`;

const secondsMax = 3_600;

process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = argumentsOrProblem();
  if (typeof parsed === "string") return complain(`${parsed}; --help shows all options`);
  const { values, positionals } = parsed;
  const [sensorId, ...others] = positionals;
  if (values.help || sensorId === undefined) {
    process.stdout.write(help);
    return values.help ? 0 : 1;
  }
  if (others.length > 0) return complain("one sensor at a time");
  const referenceKw = Number(values["reference-kw"] ?? "");
  if (values["reference-kw"] === undefined || !Number.isFinite(referenceKw)) {
    return complain("--reference-kw takes what a trusted instrument shows, in kW");
  }
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= secondsMax))
    return complain(`--seconds takes 1 to ${secondsMax}`);
  if (!existsSync(values.site)) return complain(`there is no site file at ${values.site}`);
  const site = readSiteFile(readFileSync(values.site, "utf8"), [powerSensors], serviceNames);
  if (!site.ok) return complain(site.problems.join("\n"));
  const { sensors } = PowerSensorsConfig.parse(site.value.sections[powerSensors.name]);
  const sensor = sensors.find(({ id }) => id === sensorId);
  if (sensor === undefined) {
    const known = sensors.map(({ id }) => id).join(", ") || "none";
    return complain(`the site file has no sensor ${sensorId}; it has ${known}`);
  }
  const passwordFile = values["password-file"];
  const clock = realClock();
  const transport = mqttTransport({
    url: site.value.common.bus.url,
    clientId: `ballast-calibrate-${process.pid}`,
    credentials:
      passwordFile === undefined
        ? undefined
        : { username: values.username, password: readFileSync(passwordFile, "utf8").trim() },
    clock,
    random: seededRandom(process.pid),
    log: silentLog,
  });
  process.stdout.write(`Listening to ${sensorId} for ${seconds} s …\n`);
  const listening = { transport, clock, durationMs: seconds * 1_000 };
  const proposal = await calibrate({ ...listening, sensorId, referenceKw, current: sensor });
  process.stdout.write(proposalText(proposal, sensorId));
  return proposal.kind === "factor" ? 0 : 1;
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      "reference-kw": { type: "string" },
      seconds: { type: "string", default: "60" },
      site: { type: "string", default: "config/site.yaml" },
      username: { type: "string", default: "site-tools" },
      "password-file": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}

function argumentsOrProblem(): ReturnType<typeof readArguments> | string {
  try {
    return readArguments();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}
