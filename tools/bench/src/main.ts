import { benchCache } from "./cache.ts";
import { cacheJson, cacheLimits, cacheTable } from "./cache-report.ts";
import { benchCrash } from "./crash.ts";
import { benchHistory } from "./history.ts";
import { benchIdle } from "./idle.ts";
import { type BenchCommand, helpText, parseOptions } from "./options.ts";
import {
  crashJson,
  crashLimits,
  crashTable,
  historyJson,
  historyLimits,
  historyTable,
  idleLimits,
  idleTable,
  isMet,
  type Limit,
  shedJson,
  shedLimits,
  shedTable,
  toJson,
  verdicts,
} from "./report.ts";
import { benchShed } from "./shed.ts";

const { stdout, stderr } = process;

interface Measured {
  readonly json: object;
  readonly table: string;
  readonly limits: readonly Limit[];
}

const command = parseOptions(process.argv.slice(2));
if (!command.ok) {
  stderr.write(`${command.fault.detail}; --help shows all options\n`);
  process.exitCode = 1;
} else if (command.value.kind === "help") {
  stdout.write(helpText);
} else {
  process.exitCode = await measureAndTell(command.value);
}

async function measureAndTell(command: BenchCommand): Promise<number> {
  try {
    const { json, table, limits } = await measure(command);
    stdout.write(command.isJson ? `${toJson(json, limits)}\n` : `${table}\n${verdicts(limits)}\n`);
    return limits.every(isMet) ? 0 : 1;
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function measure({ kind, ...options }: BenchCommand): Promise<Measured> {
  const wish = { ...options, tell: (line: string) => stderr.write(`${line}\n`) };
  switch (kind) {
    case "shed": {
      const report = await benchShed(wish);
      return { json: shedJson(report), table: shedTable(report), limits: shedLimits(report) };
    }
    case "idle": {
      const report = await benchIdle(wish);
      const { minerCount: miners, durationS: seconds, cpuRatio, rssMb } = report;
      const json = { miners, seconds, cpuRatio, rssMb };
      return { json, table: idleTable(report), limits: idleLimits(report) };
    }
    case "crash": {
      const report = await benchCrash(wish);
      return { json: crashJson(report), table: crashTable(report), limits: crashLimits(report) };
    }
    case "cache": {
      const report = await benchCache(wish);
      return { json: cacheJson(report), table: cacheTable(report), limits: cacheLimits(report) };
    }
    case "history": {
      const report = await benchHistory(wish);
      const limits = historyLimits(report);
      return { json: historyJson(report), table: historyTable(report), limits };
    }
    case "help":
      return { json: {}, table: helpText, limits: [] };
  }
}
