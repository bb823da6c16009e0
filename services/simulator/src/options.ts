import { parseArgs } from "node:util";
import { fail, ok, type Result } from "@ballast/kernel";

export interface SimulatorCommand {
  readonly isHelpWanted: boolean;
  readonly scenario: string;
  readonly minerCount: number;
  /** Where the site file goes that fits this simulation. */
  readonly sitePath: string | undefined;
}

const minersMax = 20_000;

export const helpText = `A simulated site on real sockets: a grid, its meter, and every miner.

  --scenario NAME    the story: SCENARIOS
  --miners N         how many miners (160)
  --write-site FILE  writes the site file that fits it
  --help             this text
`;

export function parseOptions(args: readonly string[]): Result<SimulatorCommand> {
  const values = valuesOf(args);
  if (typeof values === "string") return fail("config.invalid", values);
  const minerCount = Number(values.miners);
  if (!Number.isInteger(minerCount) || minerCount < 1 || minerCount > minersMax) {
    return fail("config.invalid", `--miners takes a whole number from 1 to ${minersMax}`);
  }
  const { help, scenario } = values;
  return ok({ isHelpWanted: help, scenario, minerCount, sitePath: values["write-site"] });
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: "string", default: "staged-dip" },
        miners: { type: "string", default: "160" },
        "write-site": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
