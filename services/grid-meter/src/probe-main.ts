import { parseArgs } from "node:util";
import { realClock } from "@ballast/kernel";
import { driverOf, meterDrivers } from "@ballast/meter-drivers";
import { openModbusTcp } from "@ballast/modbus";
import { probeMeter } from "./probe.ts";

const help = `Asks a meter what it is and how its frequency is coded. It only reads.

  npm run probe -- HOST [options]

Options:
  --port PORT       Modbus TCP port (502)
  --unit ID         Modbus unit; by default that of each kind
  --nominal-hz HZ   50 or 60 (50)
  --driver ID       one kind only; by default all of them:
                    ${meterDrivers.map(({ id }) => id).join("\n                    ")}
  --json            for programs
  -h, --help        this text

What it prints is a proposal. Compare it with the meter's display, write it into the site file,
and only then set isCommissioned. Exit code 1: no answer, or no kind of meter fits.
`;

const { stdout, stderr } = process;

process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = argumentsOrProblem();
  if (typeof parsed === "string") return complain(`${parsed}; --help shows all options`);
  const { values, positionals } = parsed;
  const [host, ...others] = positionals;
  if (values.help || host === undefined) {
    stdout.write(help);
    return values.help ? 0 : 1;
  }
  if (others.length > 0) return complain("one host at a time");
  const port = Number(values.port);
  const unitId = values.unit === undefined ? undefined : Number(values.unit);
  const nominalHz = Number(values["nominal-hz"]);
  if (!isWithin(port, 1, 65_535)) return complain("--port takes a number up to 65535");
  if (unitId !== undefined && !isWithin(unitId, 0, 255)) return complain("--unit takes 0 to 255");
  if (nominalHz !== 50 && nominalHz !== 60) return complain("--nominal-hz takes 50 or 60");
  const wanted = values.driver === undefined ? undefined : driverOf(values.driver);
  if (values.driver !== undefined && wanted === undefined) {
    return complain(`no kind of meter is called ${values.driver}`);
  }
  const drivers = wanted === undefined ? meterDrivers : [wanted];
  const clock = realClock();
  const target = { host, port, unitId, nominalHz, drivers };
  const findings = await probeMeter({ openModbus: openModbusTcp, clock, ...target });
  if (!findings.ok) return complain(findings.fault.detail);
  for (const finding of findings.value) {
    const { driverId, match, detail } = finding;
    const line = values.json
      ? JSON.stringify(finding)
      : `${driverId.padEnd(28)}${match.padEnd(12)}${detail}`;
    stdout.write(`${line}\n`);
  }
  return findings.value.some(({ match }) => match !== "no") ? 0 : 1;
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string", default: "502" },
      unit: { type: "string" },
      "nominal-hz": { type: "string", default: "50" },
      driver: { type: "string" },
      json: { type: "boolean", default: false },
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

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function complain(sentence: string): number {
  stderr.write(`${sentence}\n`);
  return 1;
}
