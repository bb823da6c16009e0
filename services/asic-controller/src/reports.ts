import {
  feederCommands,
  fleetStatus,
  minerCycle,
  minerReading,
  minerStatus,
  type PayloadOf,
} from "@ballast/contracts";
import type { Clock, Metrics } from "@ballast/kernel";
import type { MinerReading } from "@ballast/miner-drivers";
import type { AlarmBoard, ServiceContext } from "@ballast/runtime";
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
type Publish = ServiceContext<unknown, (typeof published)[number], never, unknown>["publish"];
export type CyclePayload = PayloadOf<typeof minerCycle>;

/** How much is told in one go: a shed of ten thousand must not hold up the next target. */
const reportsPerFlushMax = 200;
/** Far beyond any fleet's worth of cycles; the journal has them all the same. */
const cyclesWaitingMax = 50_000;

interface Options {
  readonly fleet: Fleet;
  readonly fleetId: string;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly alarms: AlarmBoard;
  readonly metrics: Metrics;
  readonly publish: Publish;
}

/** Tells the bus what the controller knows: changes as they come, numbers once a second. */
export class Reports {
  readonly #options: Options;
  readonly #changed = new Set<number>();
  readonly #told = new Map<number, string>();
  #worn: ReadonlySet<string> = new Set();
  readonly #cycles: CyclePayload[] = [];

  constructor(options: Options) {
    this.#options = options;
    for (const { facts } of options.fleet.units) this.#changed.add(facts.index);
  }

  changed({ facts }: Unit): void {
    this.#changed.add(facts.index);
  }

  cycle(payload: CyclePayload): void {
    if (this.#cycles.length < cyclesWaitingMax) this.#cycles.push(payload);
  }

  reading(minerId: string, reading: MinerReading): void {
    const { clock, publish } = this.#options;
    void publish(minerReading, { minerId }, readingPayload(reading, clock.wallMs()));
  }

  /** Called often; each call tells a bounded part of what waits. */
  flush(): void {
    const { publish } = this.#options;
    const cycles = this.#cycles.splice(0, reportsPerFlushMax);
    for (const cycle of cycles) void publish(minerCycle, { minerId: cycle.minerId }, cycle);
    let toldCount = 0;
    for (const index of this.#changed) {
      if (toldCount >= reportsPerFlushMax) return;
      this.#changed.delete(index);
      if (this.#tell(this.#options.fleet.unit(index))) toldCount += 1;
    }
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
