import { type Bus, type Message, type Outgoing, openBus, type Transport } from "@ballast/bus";
import {
  addressOf,
  delivery,
  type PayloadOf,
  type ServiceName,
  serviceAlarm,
  serviceStatus,
  type Topic,
} from "@ballast/contracts";
import {
  assert,
  type Clock,
  type Log,
  type Metrics,
  type Random,
  type Storage,
} from "@ballast/kernel";
import type * as z from "zod";
import { Alarms } from "./alarm-board.ts";
import type { RunningService, ServiceDefinition } from "./define-service.ts";
import { journalIn } from "./journal.ts";
import { type Keeper, openKeeper } from "./keeper.ts";
import { rawBus } from "./raw-bus.ts";
import { scopedClock } from "./scoped-clock.ts";
import type { SiteIdentity } from "./site.ts";

const statusPeriodMs = 5_000;
const leftoverGraceMs = 30_000;
const stopWaitMs = 3_000;
const rejectsClearAfterMs = 60_000;

/** What a service stands on: real on site, simulated in virtual time. */
export interface Environment<Config, Ports> {
  readonly config: Config;
  readonly site: SiteIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly storage: Storage;
  readonly connect: (name: ServiceName, will: Outgoing) => Transport;
  readonly busWaitMs: number;
  readonly version: string;
  /** Replaces the definition's own ports. */
  readonly ports?: Ports;
}

export interface Launched {
  readonly name: ServiceName;
  isConnected(): boolean;
  /** Says goodbye on the bus, then ends. */
  stop(): Promise<void>;
  /** Ends at once and says nothing, as a crash would. */
  kill(): void;
}

/** Starts one service. It runs until it is stopped; what it breaks in itself ends the process. */
export async function launch<
  Config extends z.ZodType,
  Publishes extends Topic,
  Subscribes extends Topic,
  Ports,
>(
  definition: ServiceDefinition<Config, Publishes, Subscribes, Ports>,
  environment: Environment<z.infer<Config>, Ports>,
): Promise<Launched> {
  const { name } = definition;
  const { log, metrics, random, storage, site, config } = environment;
  const scope = scopedClock(environment.clock);
  const { clock } = scope;
  const says = statusSpeaker(clock.wallMs(), environment.version);
  const bus = openServiceBus(name, environment, clock, says("gone", clock.wallMs()));
  const alarms = bus.alarms;
  await waitForBus(bus.bus, clock, environment.busWaitMs);
  await settleLeftoverAlarms(name, bus.bus, alarms, clock);
  const tell = (state: ServiceState): void => {
    void bus.bus.publish(serviceStatus, { service: name }, says(state, clock.wallMs()));
  };
  tell("starting");
  const keeper = await keeperFor(definition, environment, clock, bus);
  const running = await definition.start({
    config,
    site,
    clock,
    random,
    log,
    metrics,
    storage,
    alarms,
    ports: environment.ports ?? definition.ports({ clock, log, random: random.fork("ports") }),
    openJournal: journalIn({ storage, clock, log }),
    rawBus: rawBus(bus.transport, definition.rawRights ?? { reads: [], writes: [] }),
    publish: (topic, params, payload) => bus.bus.publish(topic, params, payload),
    keep: (topic, params, payload, id) => {
      assert(keeper !== undefined, `${name} lists what it keeps`);
      return keeper.keep(topic, params, payload, id);
    },
    runId: runIdFrom(clock, random),
    subscribe: async (topic, read) => {
      assert(definition.subscribes.includes(topic), `${name} does not list ${topic.address}`);
      await bus.bus.subscribe(topic, read);
    },
  });
  tell("running");
  clock.every(statusPeriodMs, "status", () => tell("running"));
  return {
    name,
    isConnected: () => bus.bus.isConnected(),
    stop: () =>
      stopService({
        running,
        keeper,
        bus: bus.bus,
        tell,
        clock: environment.clock,
        end: scope.end,
      }),
    kill: scope.end,
  };
}

type ServiceState = PayloadOf<typeof serviceStatus>["state"];

const statusSpeaker =
  (startedAtMs: number, version: string) =>
  (state: ServiceState, atMs: number): PayloadOf<typeof serviceStatus> => ({
    atMs,
    state,
    version,
    startedAtMs,
  });

function openServiceBus(
  name: ServiceName,
  environment: Pick<Environment<unknown, unknown>, "connect" | "log" | "metrics">,
  clock: Clock,
  lastWords: PayloadOf<typeof serviceStatus>,
): { bus: Bus; alarms: Alarms; transport: Transport } {
  const { connect, log, metrics } = environment;
  const will = {
    address: addressOf(serviceStatus, { service: name }),
    text: JSON.stringify(lastWords),
    ...delivery.state,
  };
  const transport = connect(name, will);
  let clearRejects = (): void => undefined;
  const bus: Bus = openBus({
    as: name,
    transport,
    clock,
    log,
    metrics,
    onReject: ({ direction, address, why }) => {
      alarms.raise("bus.rejects", name, `${direction} ${address}: ${why}`);
      clearRejects();
      clearRejects = clock.after(rejectsClearAfterMs, "rejects-over", () =>
        alarms.clear("bus.rejects", name),
      );
    },
  });
  const alarms = new Alarms({
    clock,
    log,
    publish: (alarm) => {
      const { code, subject } = alarm;
      void bus.publish(serviceAlarm, { service: name, code, subject }, alarm);
    },
  });
  return { bus, alarms, transport };
}

function keeperFor(
  { keeps = [], name }: Pick<ServiceDefinition, "keeps" | "name">,
  { log, metrics, storage }: Pick<Environment<unknown, unknown>, "log" | "metrics" | "storage">,
  clock: Clock,
  { alarms, bus }: { readonly alarms: Alarms; readonly bus: Bus },
): Promise<Keeper | undefined> {
  for (const { topic } of keeps) {
    assert(topic.kind === "event", `${topic.address} is an event, so it can be kept`);
  }
  if (keeps.length === 0) return Promise.resolve(undefined);
  return openKeeper({ name, kept: keeps, bus, storage, clock, log, metrics, alarms });
}

/** Chance helps a machine whose calendar starts anew with every power cut. */
const runIdFrom = (clock: Clock, random: Random): string =>
  clock.wallMs().toString(36) + random.fork("run").integer(0, 46_655).toString(36).padStart(3, "0");

function waitForBus(bus: Bus, clock: Clock, waitMs: number): Promise<void> {
  if (bus.isConnected()) return Promise.resolve();
  return new Promise((resolve) => {
    const goOn = (): void => {
      cancelWait();
      cancelListen();
      resolve();
    };
    const cancelWait = clock.after(waitMs, "bus-wait", goOn);
    const cancelListen = bus.onConnection((isConnected) => {
      if (isConnected) goOn();
    });
  });
}

async function settleLeftoverAlarms(
  name: ServiceName,
  bus: Bus,
  alarms: Alarms,
  clock: Clock,
): Promise<void> {
  const read = ({ payload, isRetained }: Message<typeof serviceAlarm>): void => {
    if (!isRetained) return;
    clock.after(leftoverGraceMs, "leftover-alarm", () => alarms.settleLeftover(payload));
  };
  await bus.subscribe(serviceAlarm, read, { service: name });
}

interface Stoppable {
  readonly running: RunningService;
  readonly keeper: Keeper | undefined;
  readonly bus: Bus;
  readonly tell: (state: ServiceState) => void;
  readonly clock: Clock;
  readonly end: () => void;
}

async function stopService({ bus, clock, end, keeper, running, tell }: Stoppable): Promise<void> {
  tell("stopping");
  const stopped = running.stop().then(() => keeper?.close());
  await Promise.race([stopped, clock.sleep(stopWaitMs)]);
  tell("gone");
  end();
  await Promise.race([bus.close(), clock.sleep(stopWaitMs)]);
}
