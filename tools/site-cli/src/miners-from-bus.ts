import type { Bus } from "@ballast/bus";
import { minerReading, minerStatus, type PayloadOf } from "@ballast/contracts";
import type { Clock } from "@ballast/kernel";
import { type MinerRow, minerRows } from "./miners.ts";

/** A little longer than the usual time in which every miner is asked once. */
export const roundWaitMs = 12_000;
const statusWaitMs = 1_000;
const lookEveryMs = 100;

/**
 * Listens for one round of readings, and no longer than that takes. The broker keeps what is wanted of
 * each miner, so that those who say nothing are known as well.
 */
export async function minersFromBus(bus: Bus, clock: Clock): Promise<readonly MinerRow[]> {
  const statuses = new Map<string, PayloadOf<typeof minerStatus>>();
  const readings = new Map<string, PayloadOf<typeof minerReading>>();
  await bus.subscribe(minerStatus, ({ params, payload }) => {
    statuses.set(params.minerId, payload);
  });
  await bus.subscribe(minerReading, ({ params, payload }) => {
    readings.set(params.minerId, payload);
  });
  const startedMonoMs = clock.monotonicMs();
  for (let elapsedMs = 0; elapsedMs < roundWaitMs; ) {
    await clock.sleep(lookEveryMs);
    elapsedMs = clock.monotonicMs() - startedMonoMs;
    const isComplete = [...statuses.keys()].every((minerId) => readings.has(minerId));
    if (elapsedMs >= statusWaitMs && statuses.size > 0 && isComplete) break;
  }
  const minerIds = new Set([...statuses.keys(), ...readings.keys()]);
  return minerRows(
    minerIds,
    [...minerIds].map((minerId) => {
      const { wanted, health, mode, cyclesCount } = statuses.get(minerId) ?? {};
      return { minerId, wanted, health, mode, cyclesCount, ...readings.get(minerId) };
    }),
  );
}
