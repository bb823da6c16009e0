import type { MinerMode, MinerReading } from "@ballast/miner-drivers";
import type { Policy } from "../policy.ts";
import { nextP95W } from "./counted-power.ts";
import type { Evidence, Unit, UnitFacts, UnitState } from "./unit.ts";

/** What a reading says about a unit, whatever was wanted of it. */
export function observe(
  { facts, state }: Unit,
  reading: MinerReading,
  askedMonoMs: number,
  policy: Policy,
): Partial<UnitState> {
  const evidence = evidenceOf(reading, facts, policy);
  const powerW = measuredPowerW(reading);
  const isHashing = reading.mode === "hashing" && evidence === "awake";
  const hasRestarted = isBack(state, reading);
  const mayReassert = hasRestarted && state.attempt?.outcome !== "pending";
  return {
    hearing: "heard",
    evidence,
    mode: reading.mode,
    askedMonoMs,
    powerW,
    powerP95W:
      isHashing && powerW !== undefined ? nextP95W(state.powerP95W, powerW) : state.powerP95W,
    hashingSinceMonoMs: isHashing ? hashingSince(state, reading, askedMonoMs) : undefined,
    uptimeMs: reading.uptimeMs,
    isProvenByFeeder: state.isProvenByFeeder && evidence === "unclear" && !hasRestarted,
    isFaulty:
      reading.mode === "fault" || (reading.chipTemperatureMaxC ?? -Infinity) >= policy.chipHotC,
    // A series of commands ends with the device that got them; what is still wanted starts anew.
    attempt: mayReassert && state.wanted === "sleep" ? undefined : state.attempt,
  };
}

/** A read that failed. Only its age makes a miner unreachable: many refuse while they restart. */
export function miss(
  { state }: Unit,
  nowMonoMs: number,
  startedMonoMs: number,
  policy: Policy,
): Partial<UnitState> {
  const missed = { missedMonoMs: nowMonoMs };
  if (state.hearing === "unreachable") return missed;
  const isSettling = state.attempt !== undefined && !state.isUnresponsive;
  const isGone =
    state.askedMonoMs === undefined
      ? nowMonoMs - startedMonoMs >= policy.readBackGraceMs
      : nowMonoMs - state.askedMonoMs > policy.readingMaxAgeMs && !isSettling;
  if (!isGone) return missed;
  return {
    ...missed,
    hearing: "unreachable",
    evidence: "unclear",
    mode: "unknown",
    powerW: undefined,
    hashingSinceMonoMs: undefined,
  };
}

/** In these modes a miner can begin to draw at any moment, however little it draws now. */
const risingModes: ReadonlySet<MinerMode> = new Set(["starting", "no-pool", "fault"]);

/** Power decides; hashrate where power is not told; the miner's own word for it never. */
export function evidenceOf(reading: MinerReading, facts: UnitFacts, policy: Policy): Evidence {
  const { hashrateThs, mode } = reading;
  const powerW = measuredPowerW(reading);
  if (powerW !== undefined) {
    // Many firmwares still call it hashing while their average hashrate decays.
    const restsBelowW = Math.max(facts.ratedW * policy.sleepingPowerRatio, 2 * facts.standbyW);
    return powerW <= restsBelowW && !risingModes.has(mode) ? "asleep" : "awake";
  }
  if (hashrateThs !== undefined) {
    const usualThs = reading.expectedThs ?? facts.expectedThs ?? facts.ratedW / worstJPerTh;
    const isLow = hashrateThs <= usualThs * policy.sleepingHashrateRatio;
    return isLow && mode !== "hashing" && !risingModes.has(mode) ? "asleep" : "awake";
  }
  return mode === "hashing" || risingModes.has(mode) ? "awake" : "unclear";
}

/** No SHA-256 miner in service does worse, so one of unknown model hashes at least that much. */
const worstJPerTh = 110;

/** A nameplate or a limit is not a measurement. */
const measuredPowerW = ({ powerW, powerSource }: MinerReading): number | undefined =>
  powerSource === "measured" || powerSource === "estimated" ? powerW : undefined;

function isBack({ hearing, uptimeMs }: UnitState, reading: MinerReading): boolean {
  if (hearing === "unreachable") return true;
  return uptimeMs !== undefined && reading.uptimeMs !== undefined && reading.uptimeMs < uptimeMs;
}

/** Only a miner that ran before our time gets its uptime credited: after a wake it tells nothing. */
function hashingSince(state: UnitState, reading: MinerReading, askedMonoMs: number): number {
  if (state.hashingSinceMonoMs !== undefined) return state.hashingSinceMonoMs;
  const wasRunning = state.hearing === "unheard" && state.wanted === "run";
  return wasRunning ? askedMonoMs - (reading.uptimeMs ?? 0) : askedMonoMs;
}
