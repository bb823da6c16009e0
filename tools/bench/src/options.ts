import { parseArgs } from "node:util";
import { fail, ok, type Result } from "@ballast/kernel";
import { type SimulatedDriverId, simulatedDriverIds } from "@ballast/sim-devices";

export const helpText = `Measures what the promises rest on. Ends with 1 where one is broken.

  npm run bench -- shed     how fast all miners are told to stop when the grid falls
    --miners N              how many simulated miners (160)
    --events N              how many sheds (100); each takes some seconds
    --drivers A,B           their firmwares (all: cgminer takes three commands for one stop)

  npm run bench -- idle     what the services cost while the grid is calm
    --miners N              (160)
    --seconds N             how long it is measured (60)

  npm run bench -- crash    what is forgotten when the services are killed during sheds
    --miners N              (160)
    --kills N               how often (50)

  npm run bench -- cache    what the latest readings of a whole fleet take to Redis and back
    --miners N              (160)
    --rounds N              how often each way is measured (50)

  npm run bench -- history  what it takes to keep and to hand over what happened
    --records N             cycles that are appended and shipped (50000)
    --backlog N             records that wait on disk while memory is looked at (1000000)

  --json                    one line for programs; progress goes to the standard error
  --help                    this text

Simulated devices run in a process of their own and listen on 127.0.0.0/8 only.
`;

export interface BenchCommand {
  readonly kind: "shed" | "idle" | "crash" | "cache" | "history" | "help";
  readonly minerCount: number;
  readonly eventCount: number;
  readonly durationS: number;
  readonly killCount: number;
  readonly roundCount: number;
  readonly recordCount: number;
  readonly backlogCount: number;
  /** Undefined: all that can be simulated, in turns. */
  readonly drivers: readonly SimulatedDriverId[] | undefined;
  readonly isJson: boolean;
}

const kinds = ["shed", "idle", "crash", "cache", "history"] as const;
const numbers = {
  miners: { otherwise: 160, max: 10_000 },
  events: { otherwise: 100, max: 10_000 },
  seconds: { otherwise: 60, max: 86_400 },
  kills: { otherwise: 50, max: 10_000 },
  rounds: { otherwise: 50, max: 10_000 },
  records: { otherwise: 50_000, max: 10_000_000 },
  backlog: { otherwise: 1_000_000, max: 10_000_000 },
} as const;
const countNames = Object.keys(numbers) as readonly (keyof typeof numbers)[];
/** Eight stages shed an eighth of the fleet each; with fewer miners a stage would be empty. */
const crashMinersMin = 8;

export function parseOptions(args: readonly string[]): Result<BenchCommand> {
  const parsed = attempt(args);
  if (typeof parsed === "string") return fail("config.invalid", parsed);
  const { values, positionals } = parsed;
  const kind = values.help ? "help" : kinds.find((each) => each === positionals[0]);
  if (kind === undefined || (kind !== "help" && positionals.length > 1)) {
    return fail("config.invalid", `name one of ${kinds.join(", ")}`);
  }
  const counts = { miners: 0, events: 0, seconds: 0, kills: 0, rounds: 0, records: 0, backlog: 0 };
  for (const name of countNames) {
    const { max, otherwise } = numbers[name];
    const count = Number(values[name] ?? otherwise);
    if (!Number.isInteger(count) || count < 1 || count > max) {
      return fail("config.invalid", `--${name} takes a whole number from 1 to ${max}`);
    }
    counts[name] = count;
  }
  if (kind === "crash" && counts.miners < crashMinersMin) {
    return fail("config.invalid", `--miners takes at least ${crashMinersMin} here`);
  }
  const wanted = values.drivers?.split(",") ?? [];
  const drivers = simulatedDriverIds.filter((id) => wanted.includes(id));
  if (drivers.length < wanted.length) {
    return fail("config.invalid", `--drivers takes some of ${simulatedDriverIds.join(",")}`);
  }
  return ok({
    kind,
    minerCount: counts.miners,
    eventCount: counts.events,
    durationS: counts.seconds,
    killCount: counts.kills,
    roundCount: counts.rounds,
    recordCount: counts.records,
    backlogCount: counts.backlog,
    drivers: drivers.length === 0 ? undefined : drivers,
    isJson: values.json,
  });
}

function attempt(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        miners: text,
        drivers: text,
        events: text,
        seconds: text,
        kills: text,
        rounds: text,
        records: text,
        backlog: text,
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
