import {
  feederCommands,
  fleetStatus,
  minerCycle,
  minerReading,
  minerStatus,
  type PayloadOf,
} from "@ballast/contracts";
import { assertDefined, type Clock, faultCatalogue, type Metrics } from "@ballast/kernel";
import type { MinerReading } from "@ballast/miner-drivers";
import type { AlarmBoard, ServiceContext } from "@ballast/runtime";
import type { LatestWriter } from "@ballast/status-cache";
import type { CycleRecord } from "./core/cycle-record.ts";
import type { Fleet } from "./core/fleet.ts";
import { fleetNumbers } from "./core/fleet-numbers.ts";
import { type Health, healthOf } from "./core/health.ts";
import { readingPayload } from "./core/reading-payload.ts";
import type { Unit } from "./core/unit.ts";
import { dayCyclesOf } from "./core/wear.ts";
import type { Policy } from "./policy.ts";

export const published = [
  fleetStatus,
  feederCommands,
  minerStatus,
  minerReading,
  minerCycle,
] as const;
type Context = ServiceContext<unknown, (typeof published)[number], never, unknown>;

/** How much is told in one go: a shed of ten thousand must not hold up the next target. */
const reportsPerFlushMax = 200;
/** How long the bus may wait for a word while commands queue up for the processor. */
const silenceMaxMs = 5_000;
/** Far beyond any fleet's worth of cycles; the journal brings the rest at the next start. */
const cyclesWaitingMax = 50_000;

interface Options {
  readonly fleet: Fleet;
  readonly fleetId: string;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly alarms: AlarmBoard;
  readonly metrics: Metrics;
  readonly publish: Context["publish"];
  readonly keep: Context["keep"];
  /** The event of this cycle is safe, or can never be. */
  readonly onKept: (sequence: number) => void;
  readonly latest: Pick<LatestWriter, "put">;
}

/** Tells the bus what the controller knows: changes as they come, numbers once a second. */
export class Reports {
  readonly #options: Options;
  readonly #changed = new Set<number>();
  readonly #told = new Map<number, string>();
  #worn: ReadonlySet<string> = new Set();
  readonly #cycles: CycleRecord[] = [];
  #flushedMonoMs: number;

  constructor(options: Options) {
    this.#options = options;
    this.#flushedMonoMs = options.clock.monotonicMs();
    for (const { facts } of options.fleet.units) this.#changed.add(facts.index);
  }

  changed({ facts }: Unit): void {
    this.#changed.add(facts.index);
  }

  cycle(record: CycleRecord): void {
    if (this.#cycles.length < cyclesWaitingMax) this.#cycles.push(record);
  }

  /** On the bus for whoever listens now, and in the cache for whoever looks later. */
  reading(unit: Unit, reading: MinerReading): void {
    const { clock, latest, publish } = this.#options;
    const { facts, state } = unit;
    const payload = readingPayload(reading, clock.wallMs());
    void publish(minerReading, { minerId: facts.id }, payload);
    latest.put({
      ...payload,
      minerId: facts.id,
      wanted: state.wanted,
      health: healthOf(unit),
      cyclesCount: state.wear.cyclesCount,
    });
  }

  /** Called often; each call tells a bounded part of what waits, and commands go first. */
  flush(areCommandsWaiting: boolean): void {
    const nowMonoMs = this.#options.clock.monotonicMs();
    if (areCommandsWaiting && nowMonoMs - this.#flushedMonoMs < silenceMaxMs) return;
    this.#flushedMonoMs = nowMonoMs;
    for (const record of this.#cycles.splice(0, reportsPerFlushMax)) void this.#keep(record);
    let toldCount = 0;
    for (const index of this.#changed) {
      if (toldCount >= reportsPerFlushMax) return;
      this.#changed.delete(index);
      if (this.#tell(this.#options.fleet.unit(index))) toldCount += 1;
    }
  }

  async #keep(record: CycleRecord): Promise<void> {
    const { keep, onKept } = this.#options;
    const payload = cyclePayload(record);
    const kept = await keep(minerCycle, { minerId: record.minerId }, payload, payload.cycleId);
    if (kept.ok || faultCatalogue[kept.fault.code].retry === "never") onKept(record.sequence);
  }

  numbers(targetW: number | undefined): void {
    const { alarms, clock, fleet, fleetId, publish } = this.#options;
    const numbers = fleetNumbers(fleet, targetW);
    void publish(fleetStatus, { fleetId }, { atMs: clock.wallMs(), ...numbers });
    const { minerCount, unresponsiveCount } = numbers;
    alarms.set(
      unresponsiveCount * 10 > minerCount,
      "fleet.unresponsive",
      fleetId,
      `${unresponsiveCount} of ${minerCount} miners`,
    );
    this.#measure(numbers);
    this.#tellWorn();
  }

  #measure(numbers: ReturnType<typeof fleetNumbers>): void {
    const { metrics } = this.#options;
    const counts = {
      hashing: numbers.hashingCount,
      starting: numbers.startingCount,
      stopping: numbers.stoppingCount,
      sleeping: numbers.sleepingCount,
      faulty: numbers.faultyCount,
      unknown: numbers.unknownCount,
      unresponsive: numbers.unresponsiveCount,
    };
    for (const [state, value] of Object.entries(counts)) {
      metrics.gauge("ballast_fleet_miners", value, { state });
    }
    const { commandedKw, measuredKw, targetKw } = numbers;
    metrics.gauge("ballast_fleet_power_watts", commandedKw * 1_000, { kind: "commanded" });
    metrics.gauge("ballast_fleet_power_watts", measuredKw * 1_000, { kind: "measured" });
    if (targetKw === undefined) return;
    metrics.gauge("ballast_fleet_power_watts", targetKw * 1_000, { kind: "target" });
  }

  #tell(unit: Unit): boolean {
    const { clock, publish } = this.#options;
    const { facts, state } = unit;
    const health = healthOf(unit);
    const { cyclesCount, lastOffAtMs } = state.wear;
    const words = `${state.wanted} ${state.mode} ${health} ${cyclesCount} ${lastOffAtMs}`;
    if (this.#told.get(facts.index) === words) return false;
    this.#told.set(facts.index, words);
    const { mode, wanted } = state;
    void publish(
      minerStatus,
      { minerId: facts.id },
      { atMs: clock.wallMs(), wanted, mode, health, cyclesCount, lastOffAtMs },
    );
    this.#tellAlarms(facts.id, health);
    return true;
  }

  #tellAlarms(id: string, health: Health): void {
    const { alarms } = this.#options;
    alarms.set(health === "unresponsive", "miner.unresponsive", id, "did not follow a command");
    alarms.set(health === "unreachable", "miner.unreachable", id, "does not answer");
    alarms.set(health === "stopped-by-others", "miner.stopped-by-others", id, "sleeps");
  }

  #tellWorn(): void {
    const { alarms, clock, fleet, policy } = this.#options;
    const nowAtMs = clock.wallMs();
    const worn = new Set<string>();
    for (const { facts, state } of fleet.units) {
      const isWorn =
        state.wanted === "sleep" && dayCyclesOf(state.wear, nowAtMs) >= policy.dailyCyclesHardCount;
      if (isWorn) worn.add(facts.id);
    }
    for (const id of worn) alarms.raise("miner.worn", id, "its stops for today are used up");
    for (const id of this.#worn) if (!worn.has(id)) alarms.clear("miner.worn", id);
    this.#worn = worn;
  }
}

function cyclePayload(record: CycleRecord): PayloadOf<typeof minerCycle> {
  const { atMs, cycleId, cyclesCount, decisionId, kind, minerId, reason } = record;
  return {
    atMs,
    cycleId: assertDefined(cycleId, "only cycles are told as such"),
    minerId,
    kind: kind === "off" ? "off" : "on",
    cyclesCount,
    reason,
    decisionId,
  };
}
