import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { mqttTransport, type Transport } from "@ballast/bus";
import { type Clock, type Random, realClock, seededRandom, silentLog } from "@ballast/kernel";
import { freshSeed, logFile, machineVariables, onStopSignal, pinoLog } from "@ballast/runtime";
import { scenarioNames } from "@ballast/simulator";
import { openBox } from "./open-box.ts";
import { type BoxOptions, helpText, parseOptions } from "./options.ts";
import { siteFaults } from "./site-faults.ts";
import { readSite, type Site, simulateSite } from "./site-text.ts";
import { showLines, showScreen } from "./view/terminal.ts";
import { alarmText, decisionText, timeOf } from "./view/words.ts";

const { stdout, stderr } = process;

const parsed = parseOptions(process.argv.slice(2));
if (parsed.kind === "help") {
  stdout.write(helpText.replace("SCENARIOS", scenarioNames().join(", ")));
} else if (parsed.kind === "problem") {
  exitWith([`${parsed.problem}; --help shows all options`]);
} else {
  await runBox(parsed.options);
}

async function runBox(options: BoxOptions): Promise<void> {
  const clock = realClock(options.sitePath === undefined ? options.speed : 1);
  const random = seededRandom(options.sitePath === undefined ? 1 : freshSeed());
  const faults = siteFaults();
  const site =
    options.sitePath === undefined
      ? await simulateSite(options, { clock, random, faults })
      : readSite(options.sitePath);
  if (!site.ok) return exitWith([site.fault.detail]);
  const dataFolder = resolve(options.dataFolder);
  const isPlain = options.isPlain || !stdout.isTTY;
  const destination = logFile(join(dataFolder, "box.log"));
  keepSiteFile(dataFolder, site.value);
  const opened = await openBox({
    siteText: site.value.text,
    dataFolder,
    isSimulated: site.value.simulator !== undefined,
    clock,
    random: random.fork("box"),
    history: {
      isDatabaseWanted: options.isDatabaseWanted,
      variables: machineVariables(),
      tell: (sentence) => {
        if (isPlain) stdout.write(`${sentence}\n`);
      },
    },
    log: (service) => pinoLog({ service, level: "info", destination }),
    listeners: isPlain
      ? {
          onDecision: (decision) =>
            stdout.write(`${timeOf(decision.atMs)}  ${decisionText(decision)}\n`),
          onAlarm: (alarm) => stdout.write(`${timeOf(alarm.atMs)}  ${alarmText(alarm)}\n`),
        }
      : {},
  });
  if (!opened.ok) return exitWith(opened.fault);
  const box = opened.value;
  faults.bind(box.carryOut);
  const sensors = letSensorsSpeak(site.value, box.busUrl, clock, random);
  if (isPlain) {
    stdout.write(`Ballast: ${site.value.title}\n`);
    stdout.write(`MQTT ${box.busUrl}; journals and log in ${dataFolder}; Ctrl-C stops\n`);
  }
  const show = isPlain ? showLines : showScreen;
  const hide = show({
    model: box.model,
    clock,
    output: stdout,
    title: `${site.value.title}  ${box.busUrl}`,
    nominalHz: box.nominalHz,
  });
  const stop = async (): Promise<void> => {
    hide();
    stdout.write("Stopping …\n");
    await box.stop();
    await site.value.simulator?.stop();
    await sensors?.close();
    stdout.write(`Stopped. The journals and the history are in ${dataFolder}.\n`);
  };
  onStopSignal(stop);
  if (options.durationS !== undefined) {
    clock.after(options.durationS * 1_000, "duration", () => process.kill(process.pid, "SIGINT"));
  }
}

/** The simulated site's sensors are devices of their own: they have their own way to the broker. */
function letSensorsSpeak(
  { simulator }: Site,
  url: string,
  clock: Clock,
  random: Random,
): Transport | undefined {
  if (simulator === undefined) return undefined;
  const clientId = "simulated-sensors";
  const transport = mqttTransport({
    url,
    clientId,
    clock,
    random: random.fork(clientId),
    log: silentLog,
  });
  simulator.startSensors(({ topic: address, text, isRetained: retain }) => {
    void transport.publish({ address, text, qos: 0, retain });
  });
  return transport;
}

/** So that `npm run watch` and people can see what is being run. */
function keepSiteFile(dataFolder: string, site: Site): void {
  if (site.simulator === undefined) return;
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(join(dataFolder, "site.yaml"), site.text);
}

function exitWith(problems: readonly string[]): never {
  for (const problem of problems) stderr.write(`${problem}\n`);
  process.exit(1);
}
