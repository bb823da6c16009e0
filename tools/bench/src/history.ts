import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SetAside, Shipper } from "@ballast/historian";
import { type CycleRecord, postgresStore } from "@ballast/history";
import { startEmbeddedPostgres } from "@ballast/history/embedded";
import { machineMonoMs, realClock, seededRandom, silentLog, silentMetrics } from "@ballast/kernel";
import { type Outbox, openOutbox } from "@ballast/outbox";
import { fileStorage, freshSecret } from "@ballast/runtime";
import type { HistoryReport } from "./report.ts";
import { scratchFolder } from "./scratch-folder.ts";
import { until } from "./until.ts";

export interface HistoryOptions {
  readonly recordCount: number;
  readonly backlogCount: number;
  readonly tell: (line: string) => void;
}

/** As many as arrive in the milliseconds that a flush takes, when a whole fleet is shed. */
const perAppendCount = 200;
/** By then everything is compiled, and buffers have their size. */
const warmUpMaxCount = 20_000;
const bytesPerMb = 1_048_576;
const startedAtMs = Date.UTC(2026, 0, 1);
const shipWithinMs = 600_000;

/** What the way of the history takes: to the disk, from there to PostgreSQL, and in memory. */
export async function benchHistory(options: HistoryOptions): Promise<HistoryReport> {
  const { backlogCount, recordCount, tell } = options;
  const scratch = scratchFolder();
  try {
    // First, before anything else has grown that could be given back meanwhile and hide a growth.
    tell(`letting a backlog grow to ${backlogCount} records`);
    const backlog = await growBacklog(join(scratch.path, "backlog"), backlogCount);
    tell("starting PostgreSQL");
    const server = await startEmbeddedPostgres({
      folder: join(scratch.path, "postgres"),
      clock: realClock(),
      makePassword: freshSecret,
    });
    if (!server.ok) throw new Error(server.fault.detail);
    try {
      tell(`appending ${recordCount} cycles, and shipping them`);
      const queue = await openQueue(join(scratch.path, "queue"));
      const appendMs = await fill(queue.outbox, recordCount);
      const shipMs = await ship(queue, server.value.url, recordCount);
      await queue.outbox.close();
      return { recordCount, appendMs, shipMs, ...backlog };
    } finally {
      await server.value.stop();
    }
  } finally {
    scratch.remove();
  }
}

async function growBacklog(
  folder: string,
  wantedCount: number,
): Promise<Pick<HistoryReport, "backlogCount" | "memoryGrowthMb">> {
  const { outbox } = await openQueue(folder);
  const warmUpCount = Math.min(wantedCount, warmUpMaxCount);
  await fill(outbox, warmUpCount);
  const beforeBytes = restingMemory();
  await fill(outbox, wantedCount - warmUpCount);
  const memoryGrowthMb = (restingMemory() - beforeBytes) / bytesPerMb;
  const { waitingCount: backlogCount } = outbox;
  await outbox.close();
  return { backlogCount, memoryGrowthMb };
}

interface Queue {
  readonly outbox: Outbox;
  readonly setAside: SetAside;
}

async function openQueue(folder: string): Promise<Queue> {
  const storage = fileStorage(folder);
  const outbox = await openOutbox({
    storage,
    folder: "outbox",
    bytesMax: 4_096 * bytesPerMb,
    onTrouble: (fault) => {
      if (fault !== undefined) throw new Error(fault.detail);
    },
  });
  return { outbox, setAside: new SetAside(storage) };
}

/** Each call is on the disk before the next one: as slow as it can be. */
async function fill(outbox: Outbox, recordCount: number): Promise<number> {
  const sinceMonoMs = machineMonoMs();
  for (let from = 0; from < recordCount; from += perAppendCount) {
    const count = Math.min(perAppendCount, recordCount - from);
    const records = Array.from({ length: count }, (_, index) => {
      const cycle = cycleOf(from + index);
      return { lane: "events" as const, atMs: cycle.atMs, body: JSON.stringify(cycle) };
    });
    const appended = await outbox.append(records);
    if (!appended.ok) throw new Error(appended.fault.detail);
  }
  return machineMonoMs() - sinceMonoMs;
}

const cycleOf = (index: number): CycleRecord => ({
  kind: "cycle",
  id: `main-${startedAtMs.toString(36)}-${index}`,
  atMs: startedAtMs + index * 20,
  minerId: `m${index % 160}`,
  order: index % 2 === 0 ? "off" : "on",
  cyclesCount: Math.floor(index / 320),
  reason: "fewest cycles",
  decisionId: `d-${Math.floor(index / 40)}`,
});

async function ship({ outbox, setAside }: Queue, url: string, wanted: number): Promise<number> {
  const clock = realClock();
  const store = postgresStore({ url });
  const shipper = new Shipper({
    ...{ outbox, store, setAside, clock, random: seededRandom(1) },
    log: silentLog,
    metrics: silentMetrics,
    batchMaxCount: 2_000,
    periodMs: 50,
    onOutcome: () => undefined,
    onSetAside: () => undefined,
  });
  const sinceMonoMs = machineMonoMs();
  void shipper.run();
  const isDone = await until(() => outbox.waitingCount === 0, {
    clock,
    deadlineMs: shipWithinMs,
    everyMs: 5,
  });
  const elapsedMs = machineMonoMs() - sinceMonoMs;
  shipper.stop();
  const rows = await store.read("cycle", { countMax: wanted + 1 });
  await store.close();
  const foundCount = rows.ok ? rows.value.length : 0;
  if (!isDone || foundCount !== wanted) throw new Error(`${foundCount} of ${wanted} arrived`);
  return elapsedMs;
}

/** What is really held: what only waits to be collected is collected first. */
function restingMemory(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage.rss();
}
