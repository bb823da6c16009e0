import type { Cancel, Clock, Log } from "@ballast/kernel";
import type { BoundSensor, SensorMessage } from "@ballast/sensor-drivers";
import type { BrokerConfig, SensorConfig } from "./config.ts";
import { takeUpdate } from "./core/sensor-state.ts";
import type { Feed, OpenFeed } from "./feeds.ts";
import type { SensorBook } from "./sensor-book.ts";
import { isRejection, type MessageOutcome, type Tally } from "./tally.ts";
import { TroubleLog } from "./trouble-log.ts";

const textBytesMax = 65_536;
/** A character of text takes three bytes at most; shorter texts need no counting. */
const bytesPerCharacterMax = 3;

/** A configured sensor that speaks MQTT. */
export interface Speaker {
  readonly sensor: SensorConfig;
  readonly bound: BoundSensor;
  readonly intervalMs: number;
}

export interface MqttIngestOptions {
  readonly speakers: readonly Speaker[];
  readonly brokers: readonly BrokerConfig[];
  /** The site's own broker. */
  readonly rawBus: Feed;
  readonly openFeed: OpenFeed;
  readonly clientId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: SensorBook;
  readonly tally: Tally;
  readonly onUpdate: (sensorId: string) => void;
}

/** Listens to every broker on which a configured sensor speaks. */
export async function openMqttIngest(
  options: MqttIngestOptions,
): Promise<{ stop(): Promise<void> }> {
  const { brokers, openFeed, clientId, log, rawBus } = options;
  const cancels: Cancel[] = [];
  const closes: (() => Promise<void>)[] = [];
  const own = speakersOn(undefined, options);
  if (own.length > 0) cancels.push(...(await listen(rawBus, own, options)));
  for (const broker of brokers) {
    const speakers = speakersOn(broker.id, options);
    if (speakers.length === 0) continue;
    const feed = openFeed(broker, `${clientId}-${broker.id}`);
    if (!feed.ok) {
      log.error("sensor-broker-unusable", { broker: broker.id, detail: feed.fault.detail });
      continue;
    }
    closes.push(() => feed.value.close());
    cancels.push(...(await listen(feed.value, speakers, options)));
  }
  return {
    stop: async () => {
      for (const cancel of cancels) cancel();
      await Promise.all(closes.map((close) => close()));
    },
  };
}

const speakersOn = (broker: string | undefined, { speakers }: MqttIngestOptions) =>
  speakers.filter(({ sensor }) => sensor.broker === broker);

async function listen(
  feed: Feed,
  speakers: readonly Speaker[],
  options: MqttIngestOptions,
): Promise<readonly Cancel[]> {
  const speakersOf = new Map<string, readonly Speaker[]>();
  for (const speaker of speakers) {
    for (const topic of speaker.bound.topics) {
      speakersOf.set(topic, [...(speakersOf.get(topic) ?? []), speaker]);
    }
  }
  const receive = receiver(options);
  const cancel = feed.onMessage(({ address: topic, text, isRetained }) => {
    for (const speaker of speakersOf.get(topic) ?? [])
      receive(speaker, { topic, text, isRetained });
  });
  for (const topic of speakersOf.keys()) await feed.subscribe(topic, 1);
  return [cancel, ...keepAlives(feed, speakers, options.clock)];
}

/** Takes a message in, and counts what became of it. Nothing here throws. */
function receiver(options: MqttIngestOptions) {
  const { tally, clock, log, onUpdate } = options;
  const trouble = new TroubleLog(clock, log);
  return (speaker: Speaker, message: SensorMessage): void => {
    const { id } = speaker.sensor;
    const { outcome, why } = take(speaker, message, options);
    tally.count(id, outcome);
    if (isRejection(outcome)) trouble.tell(message.topic, { sensor: id, outcome }, why);
    else if (outcome !== "beside") onUpdate(id);
  };
}

function take(
  { sensor, bound }: Speaker,
  message: SensorMessage,
  { book, clock }: MqttIngestOptions,
): { readonly outcome: MessageOutcome; readonly why: string } {
  if (isOversized(message.text)) {
    return { outcome: "oversized", why: `more than ${textBytesMax} bytes` };
  }
  const decoded = bound.decode(message);
  if (!decoded.ok) return { outcome: "invalid", why: decoded.fault.detail };
  const update = decoded.value;
  const { isRetained } = message;
  const arrival = { nowMonoMs: clock.monotonicMs(), wallAtMs: clock.wallMs(), isRetained };
  const { outcome } = book.update(sensor.id, (state, rules) =>
    takeUpdate(state, update, arrival, rules),
  );
  return { outcome, why: update.refused.join(", ") || "an old message, or the same one again" };
}

const isOversized = (text: string): boolean =>
  text.length * bytesPerCharacterMax > textBytesMax &&
  new TextEncoder().encode(text).length > textBytesMax;

/** Several sensors of one device need to be kept alive once. */
function keepAlives(feed: Feed, speakers: readonly Speaker[], clock: Clock): readonly Cancel[] {
  const wanted = speakers.flatMap(({ bound, intervalMs }) => bound.keepAlives(intervalMs));
  const shortest = new Map<string, (typeof wanted)[number]>();
  for (const one of wanted) {
    const known = shortest.get(one.topic);
    if (known === undefined || one.periodMs < known.periodMs) shortest.set(one.topic, one);
  }
  return [...shortest.values()].flatMap(({ topic, text, periodMs }) => {
    const say = (): void => {
      if (feed.isConnected()) {
        void feed.publish({ address: topic, text, qos: 0, retain: false });
      }
    };
    say();
    return [
      clock.every(periodMs, "sensor-keep-alive", say),
      feed.onConnection((isConnected) => {
        if (isConnected) say();
      }),
    ];
  });
}
