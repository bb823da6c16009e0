import { isFresh, type Message } from "@ballast/bus";
import { feederCommands, fleetStatus } from "@ballast/contracts";
import type { Clock } from "@ballast/kernel";
import type { FeederOrders } from "./core/feeder-proof.ts";
import type { FleetWord } from "./core/site-picture.ts";

const fleetsMax = 64;
/** One for each ten miners of the largest site. */
const feedersMax = 1_000;

interface Orders {
  readonly message: Message<typeof feederCommands>;
  /** When the orders changed, on our stopwatch. */
  readonly changedMonoMs: number;
}

/** What the fleets say of themselves, and what the miners of each feeder were told. */
export class FleetWords {
  readonly #clock: Clock;
  readonly #fleets = new Map<string, Message<typeof fleetStatus>>();
  readonly #orders = new Map<string, Orders>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onFleet(message: Message<typeof fleetStatus>): void {
    const { fleetId } = message.params;
    if (this.#fleets.has(fleetId) || this.#fleets.size < fleetsMax) {
      this.#fleets.set(fleetId, message);
    }
  }

  onOrders(message: Message<typeof feederCommands>): void {
    const { fleetId, feederId } = message.params;
    const key = `${fleetId}/${feederId}`;
    const known = this.#orders.get(key);
    if (known === undefined && this.#orders.size >= feedersMax) return;
    const isSame = known?.message.payload.changedAtMs === message.payload.changedAtMs;
    const changedMonoMs = isSame ? known.changedMonoMs : this.#changedMonoMs(message);
    this.#orders.set(key, { message, changedMonoMs });
  }

  /** All fleets together; undefined while not one of them has a fresh word. */
  word(): FleetWord | undefined {
    let commandedKw = 0;
    let measuredKw = 0;
    let ratedKw = 0;
    let heardCount = 0;
    for (const message of this.#fleets.values()) {
      if (!isFresh(message, fleetStatus, this.#clock)) continue;
      heardCount += 1;
      commandedKw += message.payload.commandedKw;
      measuredKw += message.payload.measuredKw;
      ratedKw += message.payload.ratedKw;
    }
    if (heardCount === 0) return undefined;
    const feederIds = [...this.#orders.values()].map(({ message }) => message.params.feederId);
    return { commandedKw, measuredKw, ratedKw, feederIds };
  }

  /** Several fleets may share a feeder: their orders add up, and the latest change counts. */
  ordersOf(feederId: string): FeederOrders | undefined {
    let sum: FeederOrders | undefined;
    for (const { message, changedMonoMs } of this.#orders.values()) {
      if (message.params.feederId !== feederId) continue;
      if (!isFresh(message, feederCommands, this.#clock)) return undefined;
      const { changedAtMs, commandedKw, plannedKw, standbyKw } = message.payload;
      sum = {
        changedAtMs: Math.max(sum?.changedAtMs ?? 0, changedAtMs),
        changedMonoMs: Math.max(sum?.changedMonoMs ?? changedMonoMs, changedMonoMs),
        commandedKw: (sum?.commandedKw ?? 0) + commandedKw,
        plannedKw: (sum?.plannedKw ?? 0) + plannedKw,
        standbyKw: (sum?.standbyKw ?? 0) + standbyKw,
      };
    }
    return sum;
  }

  /** By the calendar where it can be believed: orders of before our start may be old. */
  #changedMonoMs({ payload, receivedMonoMs }: Message<typeof feederCommands>): number {
    return receivedMonoMs - Math.max(0, payload.atMs - payload.changedAtMs);
  }
}
