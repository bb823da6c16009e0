import {
  BackOff,
  type Cancel,
  type Clock,
  fail,
  type Log,
  ok,
  type Random,
  type Result,
} from "@ballast/kernel";
import mqtt, { type MqttClient } from "mqtt";
import { Listeners } from "./listeners.ts";
import type { Incoming, Outgoing, Transport } from "./transport.ts";

/** Messages on their way at one time; past this the broker is too slow and we say so. */
const inFlightMax = 20_000;
const keepAliveS = 5; // A broker that vanished without a word is noticed within 7.5 s.
const connectTimeoutMs = 5_000;

export interface MqttOptions {
  /** `mqtt://host:1883`, or `mqtts://` for TLS. */
  readonly url: string;
  readonly clientId: string;
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** What the broker says for us if we vanish. */
  readonly will?: Outgoing | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Starts to connect and returns at once; `onConnection` tells when the broker is there. */
export function mqttTransport(options: MqttOptions): Transport {
  return new MqttTransport(options);
}

class MqttTransport implements Transport {
  readonly #options: MqttOptions;
  readonly #client: MqttClient;
  readonly #messages = new Listeners<Incoming>();
  readonly #connection = new Listeners<boolean>();
  readonly #filters = new Map<string, 0 | 1>();
  readonly #backOff: BackOff;
  #isConnected = false;
  #isClosed = false;
  #inFlightCount = 0;

  constructor(options: MqttOptions) {
    this.#options = options;
    this.#backOff = new BackOff({ firstMs: 100, maxMs: 5_000, random: options.random });
    const { will, credentials } = options;
    this.#client = mqtt.connect(options.url, {
      clientId: options.clientId,
      protocolVersion: 4, // MQTT 3.1.1: the embedded broker speaks no later one.
      clean: true,
      keepalive: keepAliveS,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0, // The library waits a fixed time; ours grows and has jitter.
      resubscribe: false,
      queueQoSZero: false,
      ...(credentials ?? {}),
      ...(will && {
        will: { topic: will.address, payload: will.text, qos: will.qos, retain: will.retain },
      }),
    });
    this.#client.on("connect", () => this.#connected());
    this.#client.on("close", () => this.#lost());
    this.#client.on("error", (error) => {
      options.log.debug("bus-error", { detail: error.message });
    });
    this.#client.on("message", (address, payload, packet) => {
      this.#messages.tell({ address, text: payload.toString("utf8"), isRetained: packet.retain });
    });
  }

  isConnected(): boolean {
    return this.#isConnected;
  }

  onConnection(listen: (isConnected: boolean) => void): Cancel {
    return this.#connection.add(listen);
  }

  onMessage(listen: (message: Incoming) => void): Cancel {
    return this.#messages.add(listen);
  }

  publish({ address, text, qos, retain }: Outgoing): Promise<Result<void>> {
    if (!this.#isConnected) return Promise.resolve(fail("bus.disconnected", address));
    if (this.#inFlightCount >= inFlightMax) return Promise.resolve(fail("bus.overflow", address));
    this.#inFlightCount += 1;
    return new Promise((resolve) => {
      this.#client.publish(address, text, { qos, retain }, (error) => {
        this.#inFlightCount -= 1;
        resolve(error ? fail("bus.disconnected", error.message) : ok(undefined));
      });
    });
  }

  subscribe(filter: string, qos: 0 | 1): Promise<Result<void>> {
    this.#filters.set(filter, qos);
    if (!this.#isConnected) return Promise.resolve(ok(undefined)); // Done when it connects.
    return this.#subscribeNow(filter, qos);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client.endAsync(!this.#isConnected);
  }

  #subscribeNow(filter: string, qos: 0 | 1): Promise<Result<void>> {
    return new Promise((resolve) => {
      this.#client.subscribe(filter, { qos }, (error) => {
        resolve(error ? fail("bus.disconnected", error.message) : ok(undefined));
      });
    });
  }

  #connected(): void {
    this.#isConnected = true;
    this.#backOff.reset();
    this.#options.log.info("bus-connected", { url: withoutCredentials(this.#options.url) });
    for (const [filter, qos] of this.#filters) void this.#subscribeNow(filter, qos);
    this.#connection.tell(true);
  }

  #lost(): void {
    if (this.#isConnected) {
      this.#isConnected = false;
      this.#options.log.warn("bus-lost", { url: withoutCredentials(this.#options.url) });
      this.#connection.tell(false);
    }
    if (this.#isClosed) return;
    this.#options.clock.after(this.#backOff.nextMs(), "bus-reconnect", () => {
      if (!this.#isClosed) this.#client.reconnect();
    });
  }
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
