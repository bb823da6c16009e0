import { writeFileSync } from "node:fs";
import { realClock, seededRandom } from "@ballast/kernel";
import { onStopSignal } from "@ballast/runtime";
import { type SiteSettings, simulatedFleet } from "@ballast/sim-devices";
import { stringify } from "yaml";
import { helpText, parseOptions, type SimulatorCommand } from "./options.ts";
import { scenarioByName, scenarioNames } from "./scenarios.ts";
import { startSimulator } from "./simulator.ts";

const { stdout, stderr } = process;

/** For people: tells where things listen, and plays until Ctrl-C. */
export async function runByHand(args: readonly string[]): Promise<void> {
  const command = parseOptions(args);
  if (!command.ok) return complain(`${command.fault.detail}; --help shows all options`);
  if (command.value.isHelpWanted) {
    stdout.write(helpText.replace("SCENARIOS", scenarioNames().join(", ")));
    return;
  }
  await play(command.value);
}

async function play({ scenario: name, minerCount, sitePath }: SimulatorCommand): Promise<void> {
  const scenario = scenarioByName(name);
  if (!scenario.ok) return complain(scenario.fault.detail);
  const random = seededRandom(1);
  const started = await startSimulator({
    clock: realClock(),
    random: random.fork("simulator"),
    seed: 1,
    scenario: scenario.value,
    fleet: simulatedFleet({ minerCount, random: random.fork("fleet") }),
    onSiteFault: ({ kind }, isOver) =>
      stdout.write(`${isOver ? "over" : "now"}: ${kind}; this one is for whoever runs the site\n`),
  });
  if (!started.ok) return complain(started.fault.detail);
  const { site, stop } = started.value;
  onStopSignal(stop);
  stdout.write(`${scenario.value.title}: ${scenario.value.description}\n`);
  stdout.write(`${places(site)}\n`);
  if (sitePath === undefined) return;
  try {
    writeFileSync(sitePath, stringify(site));
    stdout.write(`The site file is ${sitePath}\n`);
  } catch (error) {
    await stop();
    complain(error instanceof Error ? error.message : String(error));
  }
}

/** The site file says it all; these lines are what one looks for first. */
function places(site: SiteSettings): string {
  const entries = (section: string, key: string): readonly Place[] =>
    (site[section]?.[key] ?? []) as readonly Place[];
  const meters = entries("grid-meter", "meters").map(
    ({ id, driver, host, port }) => `meter ${id}: ${driver}, Modbus TCP at ${host}:${port}`,
  );
  const miners = entries("asic-controller", "miners");
  const [first, last] = [miners.at(0), miners.at(-1)];
  const range = `${first?.host}:${first?.port} to ${last?.host}:${last?.port}`;
  return [...meters, `${miners.length} miners: ${range}`, "Ctrl-C stops"].join("\n");
}

interface Place {
  readonly id: string;
  readonly driver: string;
  readonly host: string;
  readonly port: number;
}

function complain(problem: string): void {
  stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
