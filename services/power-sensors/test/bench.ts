import { memoryBroker, type Outgoing, type Transport } from "@ballast/bus";
import {
  addressOf,
  type PayloadOf,
  powerSample,
  powerSensorStatus,
  serviceAlarm,
  type Topic,
} from "@ballast/contracts";
import {
  assert,
  memoryStorage,
  ok,
  type Storage,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { launch } from "@ballast/runtime";
import { type SimulatedMeter, type SpokenMessage, virtualModbus } from "@ballast/sim-devices";
import type * as z from "zod";
import { PowerSensorsConfig } from "../src/config.ts";
import { powerSensors } from "../src/service.ts";

interface Surroundings {
  readonly storage?: Storage;
  readonly meters?: ReadonlyMap<string, SimulatedMeter>;
  /** What the broker holds already when the service comes. */
  readonly kept?: readonly SpokenMessage[];
}

/** The service as it runs on site, on brokers in memory, and all that it says. */
export async function bench(
  config: z.input<typeof PowerSensorsConfig>,
  { storage = memoryStorage(), meters = new Map(), kept = [] }: Surroundings = {},
) {
  const clock = virtualClock();
  const random = seededRandom(1);
  const said: (Outgoing & { readonly monoMs: number })[] = [];
  const onPublish = (message: Outgoing) => {
    said.push({ ...message, monoMs: clock.monotonicMs() });
  };
  const broker = memoryBroker({ clock, random, onPublish });
  const foreign = memoryBroker({ clock, random });
  const device = broker.connect("device");
  const counted: string[] = [];
  const line = { latencyMinMs: 5, latencyMaxMs: 5, random };
  const speak =
    (transport: Transport) =>
    ({ topic, text, isRetained }: SpokenMessage): void => {
      void transport.publish({ address: topic, text, qos: 0, retain: isRetained });
    };
  for (const message of kept) speak(device)(message);
  const starting = launch(powerSensors, {
    config: PowerSensorsConfig.parse(config),
    site: { id: "test", name: "Test", nominalHz: 50 },
    clock,
    random,
    log: silentLog,
    metrics: {
      ...silentMetrics,
      count: (name, labels) => {
        if (name === "ballast_sensor_messages_total") counted.push(labels?.["outcome"] ?? "");
      },
    },
    storage,
    connect: (name, will) => broker.connect(name, will),
    busWaitMs: 1_000,
    version: "test",
    ports: {
      openFeed: (_, clientId) => ok(foreign.connect(clientId)),
      openModbus: virtualModbus({ meters, ...line }),
    },
  });
  const [launched] = await Promise.all([starting, clock.advance(10)]);
  const payloads = <T extends Topic>(topic: T, params: Readonly<Record<string, string>>) =>
    said
      .filter(({ address, text }) => address === addressOf(topic, params) && text !== "")
      .map(({ text }): PayloadOf<T> => topic.payload.parse(JSON.parse(text)) as PayloadOf<T>);
  return {
    clock,
    broker,
    said,
    counted,
    launched,
    /** As a device of the site, and as one on the foreign broker. */
    say: speak(device),
    sayAbroad: speak(foreign.connect("device")),
    onForeign: foreign.connect("ear"),
    samples: (sensorId: string) => payloads(powerSample, { sensorId }),
    status: (sensorId: string) => {
      const status = payloads(powerSensorStatus, { sensorId }).at(-1);
      assert(status !== undefined, `${sensorId} has a status`);
      return status;
    },
    alarms: (code: string, subject: string) =>
      payloads(serviceAlarm, { service: "power-sensors", code, subject }).map(
        ({ isRaised }) => isRaised,
      ),
  };
}
