import { parseArgs } from "node:util";

export interface BoxOptions {
  /** Undefined: the simulated site. */
  readonly sitePath: string | undefined;
  readonly scenario: string;
  readonly frequencyPath: string | undefined;
  readonly minerCount: number;
  readonly durationS: number | undefined;
  readonly speed: number;
  readonly dataFolder: string;
  readonly isPlain: boolean;
  readonly isDatabaseWanted: boolean;
}

export const helpText = `Ballast runs a mining site as a load the grid can lean on.

  npm start                          the simulated site: 160 miners and a dip of the grid
  npm start -- --scenario NAME       another story: SCENARIOS
  npm start -- --frequency FILE      a recorded frequency (CSV: utc,hz) through the same meter
  npm start -- --site FILE           your own site, on real hardware; nothing is simulated

  --miners N       how many simulated miners (160)
  --speed N        how many times faster than life the simulated site runs (1)
  --duration S     stop by itself after so many seconds
  --data FOLDER    where the journals are kept (.ballast/box)
  --no-history     no database: records are kept on disk only
  --plain          lines instead of a screen, as without a terminal
  --help           this text
`;

export type Parsed =
  | { readonly kind: "options"; readonly options: BoxOptions }
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly problem: string };

const minersMax = 20_000;
const speedMax = 20; // Beyond that the network deadlines of a loopback device get too short.

export function parseOptions(args: readonly string[]): Parsed {
  const parsed = attempt(args);
  if (typeof parsed === "string") return { kind: "problem", problem: parsed };
  if (parsed.help === true) return { kind: "help" };
  const minerCount = numberIn(parsed.miners, 160, 1, minersMax);
  const speed = numberIn(parsed.speed, 1, 0.1, speedMax);
  const durationS = numberIn(parsed.duration, Number.POSITIVE_INFINITY, 1, 31_536_000);
  if (minerCount === undefined || !Number.isInteger(minerCount)) {
    return { kind: "problem", problem: `--miners takes a whole number from 1 to ${minersMax}` };
  }
  if (speed === undefined) {
    return { kind: "problem", problem: `--speed takes a number from 0.1 to ${speedMax}` };
  }
  if (durationS === undefined) {
    return { kind: "problem", problem: "--duration takes a number of seconds from 1 on" };
  }
  if (parsed.site !== undefined && (parsed.scenario ?? parsed.frequency) !== undefined) {
    return { kind: "problem", problem: "--site is real hardware: it takes no scenario" };
  }
  return {
    kind: "options",
    options: {
      sitePath: parsed.site,
      scenario: parsed.scenario ?? "staged-dip",
      frequencyPath: parsed.frequency,
      minerCount,
      durationS: Number.isFinite(durationS) ? durationS : undefined,
      speed,
      dataFolder: parsed.data ?? ".ballast/box",
      isPlain: parsed.plain === true,
      isDatabaseWanted: parsed["no-history"] !== true,
    },
  };
}

function attempt(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    site: text,
    scenario: text,
    frequency: text,
    miners: text,
    duration: text,
    speed: text,
    data: text,
    plain: flag,
    "no-history": flag,
    help: { ...flag, short: "h" },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Undefined where the text is no number of the range; the default where there is no text. */
function numberIn(
  text: string | undefined,
  otherwise: number,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return otherwise;
  const value = Number(text);
  return text.trim() !== "" && value >= min && value <= max ? value : undefined;
}
