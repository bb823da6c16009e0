import type { SimulatedMiner } from "@ballast/sim-plant";
import { isClear, type Truth } from "./truth.ts";

/** What stands between a frequency and a miner; while one of these is ill, no short deadline holds. */
export const controlPathFaults = ["slow-bus", "broker-restart", "service-restart"] as const;
export const meterFaults = ["meter-frozen", "meter-silent", "meter-garbage"] as const;

export const isControlPathClear = (truth: Truth, forMs: number, nowMonoMs: number): boolean =>
  isClear(truth, [...controlPathFaults, ...meterFaults], forMs, nowMonoMs);

/** Many firmwares mine again after up to three minutes of boot; to find that out takes some polls. */
export const bootGraceMs = 240_000;
/** One that was given up is told again once a minute. */
const amendsMs = 90_000;

/** Units that can be held to account: reachable, up for a while, and not misbehaving. */
export function isResponsible(truth: Truth, miner: SimulatedMiner, monoMs: number): boolean {
  if (miner.misbehaviour !== "none") return false;
  const changedMonoMs = truth.misbehaviourChangedMonoMs.get(miner.id);
  if (changedMonoMs !== undefined && monoMs - changedMonoMs < amendsMs) return false;
  const { isReachable, uptimeMs } = miner.stateAt(monoMs);
  return isReachable && uptimeMs >= bootGraceMs;
}

export function runningCount(truth: Truth, monoMs: number): number {
  let count = 0;
  for (const miner of truth.plant.miners) {
    const { mode } = miner.stateAt(monoMs);
    if ((mode === "hashing" || mode === "starting") && isResponsible(truth, miner, monoMs))
      count += 1;
  }
  return count;
}

/** The last so many milliseconds of a number, one value a tick. */
export class Recent {
  readonly #lengthMs: number;
  #values: { readonly monoMs: number; readonly value: number }[] = [];

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  add(monoMs: number, value: number): void {
    this.#values.push({ monoMs, value });
    const oldest = this.#values[0];
    // Cut in bulk: a shift on every tick would cost more than the check.
    if (oldest !== undefined && monoMs - oldest.monoMs > 2 * this.#lengthMs) {
      this.#values = this.#values.filter((past) => monoMs - past.monoMs <= this.#lengthMs);
    }
  }

  within(nowMonoMs: number, lengthMs = this.#lengthMs): readonly number[] {
    return this.#values
      .filter(({ monoMs }) => nowMonoMs - monoMs <= lengthMs)
      .map(({ value }) => value);
  }
}
