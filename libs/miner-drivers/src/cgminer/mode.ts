import type { MinerMode, MinerPool, MinerReading } from "../define-miner.ts";

/** What a reading knows about what the miner is doing. */
export interface ModeEvidence
  extends Pick<MinerReading, "hashrateThs" | "hashrateMeanThs" | "expectedThs" | "uptimeMs"> {
  /** What the firmware's own state says, where it has one. */
  readonly isAsleep?: boolean | undefined;
  /** Weaker than a state: no devices are listed, as when asleep, and also while starting. */
  readonly isDormant?: boolean | undefined;
  readonly isRamping?: boolean | undefined;
  readonly pools: readonly MinerPool[];
}

export interface ModeJudge {
  /** The miner has accepted this order. */
  ordered(order: "sleep" | "wake"): void;
  judge(evidence: ModeEvidence): MinerMode;
}

/** Below this share of what it should hash, a miner does not hash: averages decay, boards linger. */
const idleRatio = 0.02;

/**
 * Names what a miner does: the firmware's own state first, contradicted only by hashes, then the
 * hashrate over a short span. Zero hashes have many causes; the last accepted order, forgotten when
 * the miner restarts, tells apart those that look the same on the wire.
 */
export function modeJudge(wakeMs: number): ModeJudge {
  let lastOrder: "sleep" | "wake" | undefined;
  let lastUptimeMs: number | undefined;

  const modeOf = (evidence: ModeEvidence): MinerMode => {
    const { isAsleep, isDormant, isRamping, uptimeMs, pools } = evidence;
    const isHashing = hashes(evidence);
    if (isAsleep === true) return isHashing === true ? "stopping" : "sleeping";
    if (isRamping === true) return "starting";
    if (isHashing === undefined) return "unknown";
    if (isHashing) return "hashing";
    if (isAsleep === undefined && lastOrder === "sleep") return "sleeping";
    const isFresh = uptimeMs !== undefined && uptimeMs < wakeMs;
    if (isFresh || lastOrder === "wake") return "starting";
    if (isDormant === true) return "sleeping";
    const isWithoutPool = pools.length > 0 && pools.every(({ status }) => status === "dead");
    return isWithoutPool ? "no-pool" : "fault";
  };

  return {
    ordered: (order) => {
      lastOrder = order;
    },
    judge: (evidence) => {
      const { uptimeMs } = evidence;
      if (uptimeMs !== undefined && lastUptimeMs !== undefined && uptimeMs < lastUptimeMs) {
        lastOrder = undefined;
      }
      lastUptimeMs = uptimeMs ?? lastUptimeMs;
      const mode = modeOf(evidence);
      if (mode === "hashing" && lastOrder === "wake") lastOrder = undefined;
      return mode;
    },
  };
}

function hashes(evidence: ModeEvidence): boolean | undefined {
  const { hashrateThs, hashrateMeanThs, expectedThs } = evidence;
  return hashrateThs === undefined
    ? undefined
    : hashrateThs > idleRatio * (expectedThs ?? hashrateMeanThs ?? 0);
}
