import { type Cancel, type Clock, fail, ok, type Random, type Result } from "@ballast/kernel";
import { Listeners } from "./listeners.ts";
import { matches } from "./matches.ts";
import type { Incoming, Outgoing, Transport } from "./transport.ts";

export interface MemoryBrokerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How long a message takes; drawn for each delivery. */
  readonly delayMs?: (random: Random) => number;
  /** Share of QoS 0 deliveries that get lost, and of QoS 1 deliveries that come twice. */
  readonly troubleRatio?: () => number;
  readonly onPublish?: (message: Outgoing, clientId: string) => void;
}

export interface MemoryBroker {
  connect(clientId: string, will?: Outgoing): Transport;
  /** Throws everybody out for a while. Retained messages are forgotten, as aedes forgets them. */
  restart(downMs: number): void;
  /** Cuts one client as a crash would: its will is spoken. */
  cut(clientId: string): void;
}

interface Client {
  readonly id: string;
  readonly will: Outgoing | undefined;
  readonly filters: Map<string, 0 | 1>;
  readonly messages: Listeners<Incoming>;
  readonly connection: Listeners<boolean>;
  isConnected: boolean;
  /** One connection keeps the order of its messages. */
  lastDeliveryMonoMs: number;
  /** Rises with every break; what was under way then never arrives. */
  epoch: number;
}

/** A broker in the process, for virtual time: the same semantics, any network weather. */
export function memoryBroker(options: MemoryBrokerOptions): MemoryBroker {
  return new InMemory(options);
}

class InMemory implements MemoryBroker {
  readonly #options: MemoryBrokerOptions;
  readonly #clients = new Map<string, Client>();
  readonly #retained = new Map<string, Outgoing>();
  /** Who reads an address, by the last subscription change: addresses repeat endlessly. */
  readonly #routes = new Map<string, readonly Client[]>();
  #isDown = false;

  constructor(options: MemoryBrokerOptions) {
    this.#options = options;
  }

  connect(clientId: string, will?: Outgoing): Transport {
    const client: Client = {
      id: clientId,
      will,
      filters: new Map(),
      messages: new Listeners(),
      connection: new Listeners(),
      isConnected: !this.#isDown,
      lastDeliveryMonoMs: 0,
      epoch: 0,
    };
    this.#clients.set(clientId, client);
    return {
      isConnected: () => client.isConnected,
      onConnection: (listen): Cancel => client.connection.add(listen),
      onMessage: (listen): Cancel => client.messages.add(listen),
      publish: async (message): Promise<Result<void>> => {
        if (!client.isConnected) return fail("bus.disconnected", message.address);
        this.#accept(message, client.id);
        return ok(undefined);
      },
      subscribe: async (filter, qos): Promise<Result<void>> => {
        client.filters.set(filter, qos);
        this.#routes.clear();
        if (client.isConnected) this.#sendRetained(client, filter);
        return ok(undefined);
      },
      close: async () => {
        this.#drop(client);
        this.#clients.delete(clientId);
        this.#routes.clear();
      },
    };
  }

  restart(downMs: number): void {
    this.#isDown = true;
    this.#retained.clear();
    for (const client of this.#clients.values()) this.#drop(client);
    this.#options.clock.after(downMs, "broker-returns", () => {
      this.#isDown = false;
      for (const client of this.#clients.values()) {
        const backOffMs = 100 + this.#options.random.integer(0, 400);
        this.#options.clock.after(backOffMs, "client-returns", () => this.#resume(client));
      }
    });
  }

  cut(clientId: string): void {
    const client = this.#clients.get(clientId);
    if (client === undefined) return;
    const isAlive = client.isConnected;
    this.#drop(client);
    this.#clients.delete(clientId);
    this.#routes.clear();
    if (isAlive && client.will !== undefined) this.#accept(client.will, clientId);
  }

  #drop(client: Client): void {
    client.epoch += 1;
    if (!client.isConnected) return;
    client.isConnected = false;
    client.connection.tell(false);
  }

  #resume(client: Client): void {
    if (this.#isDown || client.isConnected || this.#clients.get(client.id) !== client) return;
    client.isConnected = true;
    for (const filter of client.filters.keys()) this.#sendRetained(client, filter);
    client.connection.tell(true);
  }

  #accept(message: Outgoing, clientId: string): void {
    if (this.#isDown) return;
    this.#options.onPublish?.(message, clientId);
    if (message.retain) {
      if (message.text === "") this.#retained.delete(message.address);
      else this.#retained.set(message.address, message);
    }
    for (const client of this.#route(message.address)) {
      if (client.isConnected) this.#deliver(client, message, false);
    }
  }

  #route(address: string): readonly Client[] {
    const known = this.#routes.get(address);
    if (known !== undefined) return known;
    const readers = [...this.#clients.values()].filter((client) =>
      [...client.filters.keys()].some((filter) => matches(filter, address)),
    );
    this.#routes.set(address, readers);
    return readers;
  }

  #sendRetained(client: Client, filter: string): void {
    for (const message of this.#retained.values()) {
      if (matches(filter, message.address)) this.#deliver(client, message, true);
    }
  }

  #deliver(client: Client, message: Outgoing, isRetained: boolean): void {
    const { clock, random, delayMs, troubleRatio } = this.#options;
    const trouble = troubleRatio?.() ?? 0;
    const isTroubled = trouble > 0 && random.next() < trouble;
    if (isTroubled && message.qos === 0) return;
    const copyCount = isTroubled ? 2 : 1;
    for (let copy = 0; copy < copyCount; copy += 1) {
      const nowMonoMs = clock.monotonicMs();
      const dueMonoMs = Math.max(nowMonoMs + (delayMs?.(random) ?? 0), client.lastDeliveryMonoMs);
      client.lastDeliveryMonoMs = dueMonoMs;
      const { epoch } = client;
      clock.after(dueMonoMs - nowMonoMs, "deliver", () => {
        if (client.epoch !== epoch) return;
        client.messages.tell({ address: message.address, text: message.text, isRetained });
      });
    }
  }
}
