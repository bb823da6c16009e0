import type { MinerSpec } from "./simulated-miner.ts";

/**
 * So many units of a typical 3.5 kW model (17.5 J/TH), named `miner-0001` and on. Every second one
 * sleeps on after a loss of power, as firmwares are divided about it.
 */
export function fleetOf(count: number, facts: Partial<MinerSpec> = {}): readonly MinerSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `miner-${String(index + 1).padStart(4, "0")}`,
    ratedW: 3_500,
    ratedThs: 200,
    standbyW: 40,
    stopMs: 5_000,
    doesSleepSurviveReboot: index % 2 === 0,
    ...facts,
  }));
}
