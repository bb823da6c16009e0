import { machineMonoMs } from "@ballast/kernel";
import type { IdleReport } from "./report.ts";
import { openSite } from "./running-site.ts";

export interface IdleOptions {
  readonly minerCount: number;
  readonly durationS: number;
  readonly tell: (line: string) => void;
}

/** Compiling and the read-back are over by then; what follows goes on for years. */
const warmUpMs = 20_000;
const memoryEveryMs = 1_000;
const bytesPerMb = 1_048_576;

/** What the services cost while the grid is calm: a meter at 20 Hz, each miner asked every 10 s. */
export async function benchIdle({ minerCount, durationS, tell }: IdleOptions): Promise<IdleReport> {
  tell(`starting ${minerCount} simulated miners and the services`);
  const { box, clock, simulator, stop } = await openSite({
    simulated: { scenario: "calm-day", minerCount },
    settings: () => ({}),
  });
  try {
    await simulator.hold(undefined);
    tell(`warming up for ${warmUpMs / 1_000} s`);
    await clock.sleep(warmUpMs);
    tell(`measuring for ${durationS} s`);
    const usageBefore = process.cpuUsage();
    const startedMonoMs = machineMonoMs();
    let rssBytes = 0;
    const stopLooking = clock.every(memoryEveryMs, "memory", () => {
      rssBytes = Math.max(rssBytes, process.memoryUsage.rss());
    });
    await clock.sleep(durationS * 1_000);
    stopLooking();
    const { user, system } = process.cpuUsage(usageBefore);
    const elapsedMs = machineMonoMs() - startedMonoMs;
    const { hashingCount } = box.model.fleet ?? {};
    if (hashingCount !== minerCount)
      throw new Error("the fleet did not stay on: nothing to compare");
    return {
      minerCount,
      durationS,
      cpuRatio: (user + system) / 1_000 / elapsedMs,
      rssMb: rssBytes / bytesPerMb,
    };
  } finally {
    await stop();
  }
}
