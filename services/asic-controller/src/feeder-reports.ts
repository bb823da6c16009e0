import { feederCommands } from "@ballast/contracts";
import type { Clock } from "@ballast/kernel";
import type { ServiceContext } from "@ballast/runtime";
import { feederOrders } from "./core/feeder-orders.ts";
import type { Fleet } from "./core/fleet.ts";
import type { Unit } from "./core/unit.ts";
import type { Policy } from "./policy.ts";

/** How many feeders are told in one go; a site of ten thousand miners may have a thousand. */
const feedersPerFlushMax = 200;

interface Options {
  readonly fleet: Fleet;
  readonly fleetId: string;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly publish: ServiceContext<unknown, typeof feederCommands, never, unknown>["publish"];
}

interface Feeder {
  readonly indexes: number[];
  changedAtMs: number;
}

/** Tells what the miners of each feeder were told: soon after it changed, and once a second. */
export class FeederReports {
  readonly #options: Options;
  readonly #feeders = new Map<string, Feeder>();
  readonly #wanted = new Map<number, string>();
  readonly #waiting = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
    const startedAtMs = options.clock.wallMs();
    for (const { facts, state } of options.fleet.units) {
      const feeder = this.#feeders.get(facts.feeder) ?? { indexes: [], changedAtMs: startedAtMs };
      feeder.indexes.push(facts.index);
      this.#feeders.set(facts.feeder, feeder);
      this.#wanted.set(facts.index, wordOf(state));
    }
  }

  changed({ facts, state }: Unit): void {
    const word = wordOf(state);
    if (this.#wanted.get(facts.index) === word) return;
    this.#wanted.set(facts.index, word);
    const feeder = this.#feeders.get(facts.feeder);
    if (feeder === undefined) return;
    // Also on a calendar that was set back, no two orders have the same date.
    const nowAtMs = this.#options.clock.wallMs();
    feeder.changedAtMs = nowAtMs === feeder.changedAtMs ? nowAtMs + 1 : nowAtMs;
    this.#waiting.add(facts.feeder);
  }

  /** The date of a feeder's latest orders. */
  ordersAtMs(feederId: string): number | undefined {
    return this.#feeders.get(feederId)?.changedAtMs;
  }

  unitsOn(feederId: string): readonly Unit[] {
    const { fleet } = this.#options;
    return (this.#feeders.get(feederId)?.indexes ?? []).map((index) => fleet.unit(index));
  }

  sayAll(): void {
    for (const feederId of this.#feeders.keys()) this.#waiting.add(feederId);
  }

  flush(): void {
    const { clock, fleetId, policy, publish } = this.#options;
    let toldCount = 0;
    for (const feederId of this.#waiting) {
      if (toldCount >= feedersPerFlushMax) return;
      toldCount += 1;
      this.#waiting.delete(feederId);
      const orders = feederOrders(this.unitsOn(feederId), clock.monotonicMs(), policy);
      const changedAtMs = this.ordersAtMs(feederId) ?? clock.wallMs();
      void publish(
        feederCommands,
        { fleetId, feederId },
        { atMs: clock.wallMs(), changedAtMs, ...orders },
      );
    }
  }
}

const wordOf = ({ wanted, isStoppedByOthers }: Unit["state"]): string =>
  isStoppedByOthers ? "others" : wanted;
