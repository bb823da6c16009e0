import { monitorEventLoopDelay } from "node:perf_hooks";
import { machineMonoMs, type Result, realClock, seededRandom, silentLog } from "@ballast/kernel";
import {
  type LatestReading,
  openStatusCache,
  type StatusCache,
  StatusCacheSettings,
} from "@ballast/status-cache";
import { startRedis } from "@ballast/testkit/servers";
import type { CacheReport, CacheWay } from "./cache-report.ts";
import { spreadOf } from "./percentiles.ts";

export interface CacheOptions {
  readonly minerCount: number;
  readonly roundCount: number;
  readonly tell: (line: string) => void;
}

/** Compiling is over by then. */
const warmUpCount = 5;
/** The ways that are only there to compare with take long. */
const comparedRoundsMax = 10;
const nanosecondsPerMs = 1_000_000;

/** How long the latest readings of a whole fleet take to Redis and back. */
export async function benchCache({
  minerCount,
  roundCount,
  tell,
}: CacheOptions): Promise<CacheReport> {
  const redis = await startRedis();
  tell(`measuring on ${redis.origin}`);
  const cache = openStatusCache({
    siteId: "bench",
    settings: StatusCacheSettings.parse({ redisUrl: redis.url, deadlineMs: 30_000 }),
    clock: realClock(),
    random: seededRandom(1),
    log: silentLog,
  });
  try {
    const fleetAt = (round: number) =>
      Array.from({ length: minerCount }, (_, index) => readingOf(index, round));
    const stalls = monitorEventLoopDelay({ resolution: 1 });
    await measure(wholeFleet(cache, minerCount), fleetAt, warmUpCount);
    stalls.enable();
    const fleet = await measure(wholeFleet(cache, minerCount), fleetAt, roundCount);
    stalls.disable();
    const comparedCount = Math.min(roundCount, comparedRoundsMax);
    tell("measuring the same with a call a miner, in turn");
    const oneByOne = await measure(inTurn(cache), fleetAt, comparedCount);
    tell("and all at once");
    const together = await measure(allAtOnce(cache), fleetAt, comparedCount);
    const stallMaxMs = stalls.max / nanosecondsPerMs;
    return { minerCount, roundCount, server: redis.origin, fleet, oneByOne, together, stallMaxMs };
  } finally {
    await cache.close();
    await redis.close();
  }
}

interface Way {
  write(readings: readonly LatestReading[]): Promise<void>;
  read(readings: readonly LatestReading[]): Promise<void>;
}

const wholeFleet = (cache: StatusCache, minerCount: number): Way => ({
  write: async (readings) => valueIn(await cache.write(readings)),
  read: async ([written]) => {
    const { readings } = valueIn(await cache.readAll());
    const isWhole = readings.length === minerCount;
    if (!isWhole || readings.some(({ atMs }) => atMs !== written?.atMs)) {
      throw new Error(`${readings.length} readings came back, or older ones`);
    }
  },
});

const inTurn = (cache: StatusCache): Way => ({
  write: async (readings) => {
    for (const reading of readings) valueIn(await cache.write([reading]));
  },
  read: async (readings) => {
    for (const reading of readings) mustMatch(reading, await cache.read(reading.minerId));
  },
});

const allAtOnce = (cache: StatusCache): Way => ({
  write: async (readings) => {
    const written = await Promise.all(readings.map((reading) => cache.write([reading])));
    written.forEach(valueIn);
  },
  read: async (readings) => {
    await Promise.all(
      readings.map(async (reading) => mustMatch(reading, await cache.read(reading.minerId))),
    );
  },
});

async function measure(
  way: Way,
  fleetAt: (round: number) => readonly LatestReading[],
  roundCount: number,
): Promise<CacheWay> {
  const writesMs: number[] = [];
  const readsMs: number[] = [];
  for (let round = 0; round < roundCount; round += 1) {
    const readings = fleetAt(round);
    writesMs.push(await timed(() => way.write(readings)));
    readsMs.push(await timed(() => way.read(readings)));
  }
  return { write: spreadOf(writesMs), read: spreadOf(readsMs) };
}

async function timed(run: () => Promise<void>): Promise<number> {
  const startedMonoMs = machineMonoMs();
  await run();
  return machineMonoMs() - startedMonoMs;
}

function valueIn<Value>(outcome: Result<Value>): Value {
  if (!outcome.ok) throw new Error(`Redis broke the measurement off: ${outcome.fault.detail}`);
  return outcome.value;
}

/** A fast answer that is wrong, or an older one, must not pass for a fast cache. */
function mustMatch(written: LatestReading, outcome: Result<LatestReading | undefined>): void {
  if (valueIn(outcome)?.atMs !== written.atMs) {
    throw new Error(`${written.minerId} came back otherwise than it was written`);
  }
}

/** As long as those of a talkative firmware with three boards and three pools. */
const readingOf = (index: number, round: number): LatestReading => ({
  minerId: `m${String(index).padStart(5, "0")}`,
  atMs: 1_767_225_600_000 + round,
  mode: "hashing",
  hashrateThs: 199.8 + (index % 10),
  expectedThs: 200,
  powerW: 3_412.5 + round,
  powerSource: "measured",
  boardTemperaturesC: [61, 62.5, 60],
  chipMaxC: 81.5,
  fansRpm: [4_200, 4_180, 4_230, 4_190],
  uptimeMs: 86_400_000 + round,
  acceptedCount: 10_000 + round,
  rejectedCount: 12,
  hardwareErrorsCount: 3,
  pools: ["one", "two", "three"].map((name) => ({
    url: `stratum+tcp://${name}.pool.example:3333`,
    user: `site.m${index}`,
    isActive: name === "one",
    isAlive: true,
  })),
  faults: [],
  wanted: "run",
  health: "ok",
  cyclesCount: index % 100,
});
