import { cpus } from "node:os";
import type { Spread } from "./percentiles.ts";
import { type StageName, stageNames } from "./shed-stages.ts";

export interface ShedReport {
  readonly minerCount: number;
  readonly eventCount: number;
  /** A sentence for each event that did not complete in time. */
  readonly failures: readonly string[];
  readonly total: Spread;
  readonly stages: Readonly<Record<StageName, Spread>>;
}

export interface IdleReport {
  readonly minerCount: number;
  readonly durationS: number;
  /** Share of one core. */
  readonly cpuRatio: number;
  readonly rssMb: number;
}

export interface CrashReport {
  readonly minerCount: number;
  readonly killCount: number;
  /** By the journal of the asic-controller. */
  readonly cyclesCountedCount: number;
  /** By the simulated miners themselves. */
  readonly cyclesSeenCount: number;
  /** Cycles of a miner that its record lacks, over all miners; and the other way round. */
  readonly lostCount: number;
  readonly doubledCount: number;
  readonly wokenByRestartCount: number;
  /** Kills after which the site did not come back as it should. */
  readonly failures: readonly string[];
}

export interface HistoryReport {
  readonly recordCount: number;
  /** To get all of them onto the disk, a flush for each batch. */
  readonly appendMs: number;
  /** From the disk into PostgreSQL. */
  readonly shipMs: number;
  readonly backlogCount: number;
  readonly memoryGrowthMb: number;
}

/** One promise and what became of it. */
export interface Limit {
  readonly what: string;
  readonly limit: number;
  /** Undefined: nothing could be measured, and that keeps no promise. */
  readonly found: number | undefined;
}

export const isMet = ({ limit, found }: Limit): boolean => found !== undefined && found <= limit;

export function shedLimits({ minerCount, failures, total }: ShedReport): readonly Limit[] {
  const failed: Limit = { what: "events that failed", limit: 0, found: failures.length };
  const p99 = (limit: number): Limit => ({ what: "p99 ms", limit, found: total.p99Ms });
  if (minerCount <= 160)
    return [{ what: "p50 ms", limit: 160, found: total.p50Ms }, p99(250), failed];
  return [p99(minerCount <= 1_000 ? 1_000 : 4_000), failed];
}

export const idleLimits = ({ cpuRatio, rssMb }: IdleReport): readonly Limit[] => [
  { what: "share of one core, %", limit: 15, found: Math.round(cpuRatio * 1_000) / 10 },
  { what: "memory, MB", limit: 250, found: Math.round(rssMb) },
];

export const crashLimits = (report: CrashReport): readonly Limit[] => [
  { what: "cycles lost", limit: 0, found: report.lostCount },
  { what: "cycles doubled", limit: 0, found: report.doubledCount },
  { what: "woken by a restart", limit: 0, found: report.wokenByRestartCount },
  { what: "restarts that failed", limit: 0, found: report.failures.length },
];

const perSecond = (count: number, elapsedMs: number): number =>
  Math.round((count / elapsedMs) * 1_000);

export const historyLimits = (report: HistoryReport): readonly Limit[] => [
  {
    what: "seconds to ship 50,000 cycles",
    limit: 30,
    found: Math.round((report.shipMs / report.recordCount) * 500) / 10,
  },
  {
    what: "memory for a backlog, MB",
    limit: 64,
    found: Math.max(0, Math.round(report.memoryGrowthMb)),
  },
];

export const historyJson = (report: HistoryReport) => ({
  records: report.recordCount,
  appendedPerS: perSecond(report.recordCount, report.appendMs),
  shippedPerS: perSecond(report.recordCount, report.shipMs),
  backlog: report.backlogCount,
  memoryGrowthMb: report.memoryGrowthMb,
});

export interface MachineFacts {
  readonly coresCount: number;
  readonly processor: string;
  readonly node: string;
  readonly platform: string;
}

export const machineFacts = (): MachineFacts => ({
  coresCount: cpus().length,
  processor: cpus()[0]?.model ?? "unknown",
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

/** For programs: the numbers first, then what they were measured on and held against. */
export const toJson = (result: object, limits: readonly Limit[]): string =>
  JSON.stringify({
    ...result,
    limits: limits.map((limit) => ({ ...limit, isMet: isMet(limit) })),
    machine: machineFacts(),
  });

export const shedJson = ({ minerCount, eventCount, failures, total, stages }: ShedReport) => ({
  miners: minerCount,
  events: eventCount,
  failures,
  ...total,
  stages,
});

export const crashJson = (report: CrashReport) => ({
  miners: report.minerCount,
  kills: report.killCount,
  cyclesCounted: report.cyclesCountedCount,
  cyclesSeen: report.cyclesSeenCount,
  lost: report.lostCount,
  doubled: report.doubledCount,
  wokenByRestart: report.wokenByRestartCount,
  failures: report.failures,
});

export function shedTable({ minerCount, eventCount, failures, total, stages }: ShedReport): string {
  const row = (name: string, { p50Ms, p95Ms, p99Ms, maxMs }: Spread): string =>
    [name.padEnd(10), ...[p50Ms, p95Ms, p99Ms, maxMs].map(cell)].join("");
  return [
    `${minerCount} miners, ${eventCount} sheds, from the meter's register to the last stop`,
    ["ms".padEnd(10), ...["p50", "p95", "p99", "max"].map((name) => name.padStart(9))].join(""),
    row("total", total),
    ...stageNames.map((name) => row(name, stages[name])),
    ...failures,
  ].join("\n");
}

const cell = (value: number | undefined): string => (value?.toFixed(1) ?? "-").padStart(9);

export const idleTable = ({ minerCount, durationS, cpuRatio, rssMb }: IdleReport): string =>
  [
    `${minerCount} miners, ${durationS} s of calm grid, all services in one process`,
    `${(cpuRatio * 100).toFixed(1)} % of one core, ${rssMb.toFixed(0)} MB`,
  ].join("\n");

export const historyTable = (report: HistoryReport): string =>
  [
    `${report.recordCount} cycles: ${perSecond(report.recordCount, report.appendMs)} a second onto the disk`,
    `${perSecond(report.recordCount, report.shipMs)} a second from there into PostgreSQL`,
    `${report.memoryGrowthMb.toFixed(1)} MB more memory for a backlog of ${report.backlogCount}`,
  ].join("\n");

export const crashTable = (report: CrashReport): string =>
  [
    `${report.minerCount} miners, ${report.killCount} kills in the middle of sheds`,
    `cycles counted ${report.cyclesCountedCount}, seen ${report.cyclesSeenCount}: ${report.lostCount} lost, ${report.doubledCount} doubled`,
    `${report.wokenByRestartCount} miners woken by a restart`,
    ...report.failures,
  ].join("\n");

export function verdicts(limits: readonly Limit[]): string {
  const { coresCount, node, platform, processor } = machineFacts();
  const lines = limits.map((limit) => {
    const { what, limit: most, found } = limit;
    return `${isMet(limit) ? "pass" : "FAIL"}  ${what}: ${found ?? "nothing"} (at most ${most})`;
  });
  return [...lines, `${coresCount} cores (${processor}), ${platform}, Node ${node}`].join("\n");
}
