import type { MinerState } from "@ballast/sim-plant";
import { ghsPerThs, mhsPerThs } from "./api-server.ts";

/** The row that all descendants of CGMiner share; the unit is in the names, and they differ in it. */
export function summaryRow(state: MinerState, unit: "MHS" | "GHS"): Record<string, number> {
  const perThs = unit === "MHS" ? mhsPerThs : ghsPerThs;
  const rate = (hashrateThs: number): number => Math.round(hashrateThs * perThs * 100) / 100;
  return {
    Elapsed: Math.floor(state.uptimeMs / 1_000),
    [`${unit} av`]: rate(state.hashrateMeanThs),
    [`${unit} 5s`]: rate(state.hashrate5sThs),
    [`${unit} 1m`]: rate(state.hashrate1mThs),
    [`${unit} 5m`]: rate(state.hashrate5mThs),
    [`${unit} 15m`]: rate(state.hashrate15mThs),
    Accepted: state.acceptedCount,
    Rejected: state.rejectedCount,
    Stale: state.staleCount,
    "Hardware Errors": state.hardwareErrorCount,
  };
}

export const poolRows = (isConnected: boolean): readonly unknown[] => [
  {
    POOL: 0,
    URL: "stratum+tcp://pool.site.test:3333",
    User: "site.rig",
    Status: isConnected ? "Alive" : "Dead",
    Priority: 0,
    "Stratum Active": isConnected,
  },
];

/** Most firmwares change what they show as soon as they begin to stop. */
export const isAsleep = ({ mode }: MinerState): boolean =>
  mode === "sleeping" || mode === "stopping";
