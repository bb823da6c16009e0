import type { Spread } from "./percentiles.ts";
import type { Limit } from "./report.ts";

/** One way to move the whole fleet, there and back. */
export interface CacheWay {
  readonly write: Spread;
  readonly read: Spread;
}

export interface CacheReport {
  readonly minerCount: number;
  readonly roundCount: number;
  readonly server: string;
  readonly fleet: CacheWay;
  /** The same, one miner a call: one after the other, and all at once. */
  readonly oneByOne: CacheWay;
  readonly together: CacheWay;
  /** The longest that nothing else got its turn in this process while the fleet was moved. */
  readonly stallMaxMs: number;
}

/** A look must feel immediate, and a write of everything must be over long before the next one. */
const fleetMaxMs = 500;
/** The controller decides each 200 ms and shares its process with the cache. */
const stallMaxMs = 200;

export const cacheLimits = ({ fleet, stallMaxMs: foundMs }: CacheReport): readonly Limit[] => [
  { what: "fleet write p99 ms", limit: fleetMaxMs, found: fleet.write.p99Ms },
  { what: "fleet read p99 ms", limit: fleetMaxMs, found: fleet.read.p99Ms },
  { what: "longest stall ms", limit: stallMaxMs, found: Math.round(foundMs) },
];

export const cacheJson = ({ minerCount, roundCount, ...rest }: CacheReport) => ({
  miners: minerCount,
  rounds: roundCount,
  ...rest,
});

export function cacheTable(report: CacheReport): string {
  const { minerCount, roundCount, server } = report;
  const cell = (value: number | undefined): string => (value?.toFixed(1) ?? "-").padStart(10);
  const row = (name: string, { read, write }: CacheWay): string =>
    [name.padEnd(26), ...[write.p50Ms, write.p99Ms, read.p50Ms, read.p99Ms].map(cell)].join("");
  const heads = ["write p50", "write p99", "read p50", "read p99"];
  return [
    `${minerCount} miners, ${roundCount} rounds, ${server}`,
    ["ms".padEnd(26), ...heads.map((name) => name.padStart(10))].join(""),
    row("the whole fleet", report.fleet),
    row("a call a miner, in turn", report.oneByOne),
    row("a call a miner, all at once", report.together),
  ].join("\n");
}
