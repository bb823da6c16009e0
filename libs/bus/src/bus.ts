import {
  addressOf,
  delivery,
  filterOf,
  type ParamsOf,
  type PayloadOf,
  paramsOf,
  type ServiceName,
  type Topic,
} from "@ballast/contracts";
import {
  assert,
  type Cancel,
  type Clock,
  fail,
  type Log,
  type Metrics,
  ok,
  type Result,
} from "@ballast/kernel";
import { matches } from "./matches.ts";
import type { Incoming, Outgoing, Transport } from "./transport.ts";

/** Events that wait for the broker; the oldest go first when it stays away. */
const eventsWaitingMax = 1_000;
/** After a break events wait until the readers are back too: longer than the longest back-off. */
const eventsGraceDefaultMs = 6_000;
/** A real message is far smaller; a larger one is not parsed. */
const textLengthMax = 262_144;

export interface Message<T extends Topic> {
  readonly params: ParamsOf<T>;
  readonly payload: PayloadOf<T>;
  readonly receivedMonoMs: number;
  readonly isRetained: boolean;
}

export interface Reject {
  readonly direction: "in" | "out";
  readonly address: string;
  readonly why: string;
}

export interface Bus {
  /** States survive a broker's restart: the latest of each is said again. Samples and commands
   * that find no broker are dropped: they would be worthless later. */
  publish<T extends Topic>(
    topic: T,
    params: ParamsOf<T>,
    payload: PayloadOf<T>,
  ): Promise<Result<void>>;
  /**
   * One reader for each topic, and one more for each choice of parameters. What does not match the
   * topic's schema never gets here.
   */
  subscribe<T extends Topic>(
    topic: T,
    read: (message: Message<T>) => void,
    only?: Readonly<Record<string, string>>,
  ): Promise<Result<Cancel>>;
  isConnected(): boolean;
  onConnection(listen: (isConnected: boolean) => void): Cancel;
  close(): Promise<void>;
}

export interface BusOptions {
  readonly as: ServiceName;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Somebody sent what the topics do not describe; it was counted and ignored. */
  readonly onReject?: (reject: Reject) => void;
  readonly eventsGraceMs?: number;
}

interface Reader {
  readonly filter: string;
  readonly topic: Topic;
  read(message: Incoming, params: Readonly<Record<string, string>>): void;
}

interface Match {
  readonly reader: Reader;
  readonly params: Readonly<Record<string, string>>;
}

export function openBus(options: BusOptions): Bus {
  return new TypedBus(options);
}

class TypedBus implements Bus {
  readonly #options: BusOptions;
  readonly #readers = new Map<string, Reader>();
  readonly #readersOf = new Map<string, readonly Match[]>();
  readonly #states = new Map<string, Outgoing>();
  #events: Outgoing[] = [];
  /** Events wait from a break until its grace is over. */
  #areEventsHeld = false;
  #cancelGrace: Cancel = () => undefined;

  constructor(options: BusOptions) {
    this.#options = options;
    options.transport.onMessage((message) => this.#receive(message));
    options.transport.onConnection((isConnected) => {
      if (isConnected) this.#catchUp();
      else this.#holdEvents();
    });
  }

  async publish<T extends Topic>(
    topic: T,
    params: ParamsOf<T>,
    payload: PayloadOf<T>,
  ): Promise<Result<void>> {
    const { as, transport, metrics } = this.#options;
    assert(topic.publishers.includes(as), `${as} may not write ${topic.address}`);
    const address = addressOf(topic, params);
    const checked = topic.payload.safeParse(payload);
    if (!checked.success) {
      // Devices feed payloads: one absurd reading must cost a message, not the controller.
      this.#reject("out", address, checked.error.issues[0]?.message ?? "invalid");
      return fail("bus.invalid", address);
    }
    const message = { address, text: JSON.stringify(checked.data), ...delivery[topic.kind] };
    if (topic.kind === "state") this.#states.set(address, message);
    const mustWait = topic.kind === "event" && this.#areEventsHeld;
    if (mustWait || !transport.isConnected()) return this.#keepForLater(topic, message);
    metrics.count("ballast_bus_published_total", { topic: topic.address });
    return transport.publish(message);
  }

  async subscribe<T extends Topic>(
    topic: T,
    read: (message: Message<T>) => void,
    only: Readonly<Record<string, string>> = {},
  ): Promise<Result<Cancel>> {
    const filter = filterOf(topic, only);
    assert(!this.#readers.has(filter), `${topic.address} already has its reader`);
    this.#readersOf.clear();
    this.#readers.set(filter, {
      filter,
      topic,
      read: (incoming, params) => {
        const payload = this.#decode(topic, incoming);
        if (payload === undefined) return;
        read({
          // The levels were matched against this very topic.
          params: params as ParamsOf<T>,
          payload,
          receivedMonoMs: this.#options.clock.monotonicMs(),
          isRetained: incoming.isRetained,
        });
      },
    });
    const subscribed = await this.#options.transport.subscribe(filter, delivery[topic.kind].qos);
    if (!subscribed.ok) return subscribed;
    return ok(() => {
      this.#readers.delete(filter);
      this.#readersOf.clear();
    });
  }

  isConnected(): boolean {
    return this.#options.transport.isConnected();
  }

  onConnection(listen: (isConnected: boolean) => void): Cancel {
    return this.#options.transport.onConnection(listen);
  }

  async close(): Promise<void> {
    await this.#options.transport.close();
  }

  #keepForLater(topic: Topic, message: Outgoing): Result<void> {
    if (topic.kind === "state") return ok(undefined); // Said again on return.
    if (topic.kind === "event") {
      if (this.#events.length >= eventsWaitingMax) {
        this.#events.shift();
        this.#options.metrics.count("ballast_bus_dropped_total", { topic: topic.address });
      }
      this.#events.push(message);
      return ok(undefined);
    }
    this.#options.metrics.count("ballast_bus_dropped_total", { topic: topic.address });
    return fail("bus.disconnected", message.address);
  }

  #holdEvents(): void {
    this.#areEventsHeld = true;
    this.#cancelGrace();
  }

  /** A broker that restarted may have forgotten everything: say what holds, then what happened. */
  #catchUp(): void {
    const { transport, clock, eventsGraceMs } = this.#options;
    for (const message of this.#states.values()) void transport.publish(message);
    this.#cancelGrace();
    this.#cancelGrace = clock.after(eventsGraceMs ?? eventsGraceDefaultMs, "events-grace", () => {
      this.#areEventsHeld = false;
      const waiting = this.#events;
      this.#events = [];
      for (const message of waiting) void transport.publish(message);
    });
  }

  /** Nobody reads what is left over from a reader that has gone. */
  #receive(message: Incoming): void {
    const known = this.#readersOf.get(message.address) ?? this.#match(message.address);
    for (const { params, reader } of known) reader.read(message, params);
  }

  #match(address: string): readonly Match[] {
    const found = [...this.#readers.values()].flatMap((reader): readonly Match[] => {
      const params = matches(reader.filter, address) ? paramsOf(reader.topic, address) : undefined;
      return params === undefined ? [] : [{ reader, params }];
    });
    if (found.length > 0 && this.#readersOf.size < 100_000) this.#readersOf.set(address, found);
    return found;
  }

  #decode<T extends Topic>(topic: T, { address, text }: Incoming): PayloadOf<T> | undefined {
    if (text === "") return undefined; // How a retained message is taken back.
    if (text.length > textLengthMax) return this.#reject("in", address, "too long");
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#reject("in", address, "not JSON");
    }
    const parsed = topic.payload.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return this.#reject("in", address, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
    }
    this.#options.metrics.count("ballast_bus_received_total", { topic: topic.address });
    return parsed.data as PayloadOf<T>;
  }

  #reject(direction: Reject["direction"], address: string, why: string): undefined {
    this.#options.metrics.count("ballast_bus_rejected_total", { direction });
    this.#options.onReject?.({ direction, address, why });
    return undefined;
  }
}
