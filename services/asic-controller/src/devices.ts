import { type Clock, fail, type Result } from "@ballast/kernel";
import type { Exchange, MinerConnection, MinerReading } from "@ballast/miner-drivers";
import type { Traffic } from "./config.ts";
import type { DeviceMemory } from "./device-memory.ts";
import type { PlannedMiner } from "./fleet-plan.ts";

export type Wish = "sleep" | "wake";

export interface DeviceEvents {
  onReading(index: number, reading: MinerReading, askedMonoMs: number): void;
  onMiss(index: number): void;
  onAnswer(index: number, wish: Wish, answer: Result<void>): void;
}

export interface DevicesOptions {
  readonly miners: readonly PlannedMiner[];
  readonly exchange: Exchange;
  readonly memory: DeviceMemory;
  readonly clock: Clock;
  readonly traffic: Traffic;
  readonly events: DeviceEvents;
}

/** A stop is right however late it goes out; a wake was decided for the grid of its moment. */
const wakeWaitMaxMs = 2_000;

interface Device {
  readonly index: number;
  readonly connection: MinerConnection;
  busyWith: "nothing" | "command" | "read" | "warming";
  /** The latest one counts: commands are absolute. */
  wish: Wish | undefined;
  wishedMonoMs: number;
  wantsRead: boolean;
  wantsWarming: boolean;
  askedMonoMs: number;
}

/**
 * Talks to the miners: one call at a time for each, since their servers serve one client at a
 * time. Commands pass reads; a command that can start at once starts within the call that asks
 * for it.
 */
export class Devices {
  readonly #options: DevicesOptions;
  readonly #devices: readonly Device[];
  /** At most one place per device in each, so they never hold more than the fleet. */
  readonly #commands = new WaitingLine();
  readonly #reads = new WaitingLine();
  #commandCount = 0;
  #readCount = 0;
  #isClosed = false;

  constructor(options: DevicesOptions) {
    this.#options = options;
    this.#devices = options.miners.map((miner) => this.#open(miner));
  }

  command(index: number, wish: Wish): void {
    const device = this.#device(index);
    if (device === undefined) return;
    device.wish = wish;
    device.wishedMonoMs = this.#options.clock.monotonicMs();
    this.#advance(device);
  }

  read(index: number): void {
    const device = this.#device(index);
    if (device === undefined || device.wantsRead) return;
    device.wantsRead = true;
    this.#advance(device);
  }

  keepWarm(index: number): void {
    const device = this.#device(index);
    if (device === undefined || device.wantsWarming) return;
    device.wantsWarming = device.connection.keepWarm !== undefined;
    this.#advance(device);
  }

  /** When it was last asked for a reading; undefined: never. */
  lastAskedMonoMs(index: number): number | undefined {
    const askedMonoMs = this.#devices[index]?.askedMonoMs ?? -Infinity;
    return askedMonoMs === -Infinity ? undefined : askedMonoMs;
  }

  /** Commands wait for one that is under way to end: the processor belongs to them. */
  get areCommandsWaiting(): boolean {
    return !this.#commands.isEmpty;
  }

  /** What is under way ends by its own deadline; nothing new begins. */
  close(): void {
    this.#isClosed = true;
  }

  #device(index: number): Device | undefined {
    return this.#isClosed ? undefined : this.#devices[index];
  }

  #open({ driver, entry, facts }: PlannedMiner): Device {
    const { exchange, memory, traffic } = this.#options;
    // A read of several requests gives way between two of them.
    const politeExchange: Exchange = (request) =>
      device.busyWith !== "command" && device.wish !== undefined
        ? Promise.resolve(fail("device.busy", "a command goes first"))
        : exchange(request);
    const device: Device = {
      index: facts.index,
      connection: driver.connect({
        host: entry.host,
        port: entry.port ?? driver.port,
        exchange: politeExchange,
        deadlineMs: traffic.commandDeadlineMs,
        memory: memory.of(facts.id),
      }),
      busyWith: "nothing",
      wish: undefined,
      wishedMonoMs: -Infinity,
      wantsRead: false,
      wantsWarming: false,
      askedMonoMs: -Infinity,
    };
    return device;
  }

  #advance(device: Device): void {
    if (this.#isClosed || device.busyWith !== "nothing") return;
    if (device.wish !== undefined) {
      if (this.#hasCommandRoom()) this.#command(device, device.wish);
      else this.#commands.add(device.index);
    } else if (device.wantsRead || device.wantsWarming) {
      if (!this.#hasReadRoom()) this.#reads.add(device.index);
      else if (device.wantsRead) this.#read(device);
      else this.#warm(device);
    }
  }

  #command(device: Device, wish: Wish): void {
    device.wish = undefined;
    const waitedMs = this.#options.clock.monotonicMs() - device.wishedMonoMs;
    if (wish === "wake" && waitedMs > wakeWaitMaxMs) {
      const why = `waited ${Math.round(waitedMs)} ms for the miner`;
      this.#options.events.onAnswer(device.index, wish, fail("device.busy", why));
      this.#advance(device);
      return;
    }
    device.busyWith = "command";
    this.#commandCount += 1;
    const { connection } = device;
    const answered = wish === "sleep" ? connection.sleep() : connection.wake();
    void answered.then((answer) => {
      this.#commandCount -= 1;
      // Told first, so that every reading asked for from now on is younger than the answer.
      this.#options.events.onAnswer(device.index, wish, answer);
      this.#free(device);
    });
  }

  #read(device: Device): void {
    device.busyWith = "read";
    device.wantsRead = false;
    const askedMonoMs = this.#options.clock.monotonicMs();
    device.askedMonoMs = askedMonoMs;
    this.#readCount += 1;
    void device.connection.read().then((outcome) => {
      this.#readCount -= 1;
      const hasGivenWay = !outcome.ok && device.wish !== undefined;
      if (hasGivenWay) device.wantsRead = true;
      this.#free(device);
      if (outcome.ok) this.#options.events.onReading(device.index, outcome.value, askedMonoMs);
      else if (!hasGivenWay) this.#options.events.onMiss(device.index);
    });
  }

  #warm(device: Device): void {
    const warming = device.connection.keepWarm?.();
    device.wantsWarming = false;
    if (warming === undefined) return;
    device.busyWith = "warming";
    this.#readCount += 1;
    // Whether the login stands shows when it is needed; polls tell whether the miner is there.
    void warming.then(() => {
      this.#readCount -= 1;
      this.#free(device);
    });
  }

  #free(device: Device): void {
    device.busyWith = "nothing";
    this.#advance(device);
    this.#fill(this.#commands, () => this.#hasCommandRoom());
    this.#fill(this.#reads, () => this.#hasReadRoom());
  }

  #hasCommandRoom(): boolean {
    return this.#commandCount < this.#options.traffic.commandsParallelCount;
  }

  /** While commands queue up, nobody is asked anything new. */
  #hasReadRoom(): boolean {
    return this.#readCount < this.#options.traffic.pollsParallelCount && !this.areCommandsWaiting;
  }

  /** One that is busy when its turn comes goes on by itself once it is free. */
  #fill(line: WaitingLine, hasRoom: () => boolean): void {
    while (hasRoom()) {
      const index = line.take();
      const device = index === undefined ? undefined : this.#devices[index];
      if (device === undefined) return;
      this.#advance(device);
    }
  }
}

/** First come, first served; who waits already keeps its place. */
class WaitingLine {
  readonly #members = new Set<number>();
  #order: number[] = [];
  #head = 0;

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  add(index: number): void {
    if (this.#members.has(index)) return;
    this.#members.add(index);
    this.#order.push(index);
  }

  take(): number | undefined {
    const index = this.#order[this.#head];
    if (index === undefined) return undefined;
    this.#head += 1;
    this.#members.delete(index);
    if (this.isEmpty) {
      this.#order = [];
      this.#head = 0;
    }
    return index;
  }
}
