import type { Message } from "@ballast/bus";
import type { ParamsOf, PayloadOf, ServiceName, Topic } from "@ballast/contracts";
import type { Clock, Log, Metrics, Random, Result, Storage } from "@ballast/kernel";
import type * as z from "zod";
import type { AlarmBoard } from "./alarm-board.ts";
import type { OpenJournal } from "./journal.ts";
import type { RawBus, RawRights } from "./raw-bus.ts";
import type { SiteIdentity } from "./site.ts";

/** All that a service can reach. What is not in here, it cannot touch. */
export interface ServiceContext<Config, Publishes extends Topic, Subscribes extends Topic, Ports> {
  readonly config: Config;
  readonly site: SiteIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly storage: Storage;
  readonly alarms: AlarmBoard;
  /** What reaches devices: real sockets on site, simulated ones in virtual time. */
  readonly ports: Ports;
  readonly openJournal: OpenJournal;
  /** Only with `rawRights`: what is said on the bus in the tongues of devices. */
  readonly rawBus: RawBus;
  publish<T extends Publishes>(
    topic: T,
    params: ParamsOf<T>,
    payload: PayloadOf<T>,
  ): Promise<Result<void>>;
  /**
   * Publishes an event and says it again, also after a restart, until the history has it on disk.
   * Resolves when it is on the disk of this service; a fault means that it may be lost. Nothing
   * that controls a device may wait for it.
   */
  keep<T extends Publishes>(
    topic: T,
    params: ParamsOf<T>,
    payload: PayloadOf<T>,
    /** Unique for ever: the history drops what it has already. */
    id: string,
  ): Promise<Result<void>>;
  /** Different in every run of the service: a part for ids that must never be given twice. */
  readonly runId: string;
  subscribe<T extends Subscribes>(topic: T, read: (message: Message<T>) => void): Promise<void>;
}

/** An event that must reach the history, however long broker or historian are away. */
export interface KeptTopic<T extends Topic = Topic> {
  readonly topic: T;
  /** When the room for what is kept runs out: the oldest is given up, or nothing ever is. */
  readonly whenFull: "oldest-goes" | "all-stays";
}

/** What ports are built from. */
export interface PortSystem {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

export interface RunningService {
  /** Stops asking and telling; devices keep what they were told last. */
  stop(): Promise<void>;
}

export interface ServiceDefinition<
  Config extends z.ZodType = z.ZodType,
  Publishes extends Topic = Topic,
  Subscribes extends Topic = Topic,
  Ports = unknown,
> {
  readonly name: ServiceName;
  readonly summary: string;
  /** Its section in the site file, under its name. */
  readonly config: Config;
  /** Settings of the section that an environment variable may give instead: what is secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the section and the site contradict each other in, as sentences. */
  readonly check?: (config: z.infer<Config>, site: SiteIdentity) => readonly string[];
  /** These two lists are the only way to the bus; the data-flow diagram is drawn from them. */
  readonly publishes: readonly Publishes[];
  readonly subscribes: readonly Subscribes[];
  /** Of what it publishes, what the history must not miss. */
  readonly keeps?: readonly KeptTopic<Publishes>[];
  /** What it reads and writes on the site's broker beside our topics; nothing where left out. */
  readonly rawRights?: RawRights;
  readonly ports: (system: PortSystem) => Ports;
  start(
    context: ServiceContext<z.infer<Config>, Publishes, Subscribes, Ports>,
  ): Promise<RunningService>;
}

export const defineService = <
  Config extends z.ZodType,
  const Publishes extends Topic,
  const Subscribes extends Topic,
  Ports,
>(
  definition: ServiceDefinition<Config, Publishes, Subscribes, Ports>,
): ServiceDefinition<Config, Publishes, Subscribes, Ports> => Object.freeze(definition);
