import { join } from "node:path";
import {
  type EmbeddedBroker,
  mqttTransport,
  type Outgoing,
  openBus,
  startEmbeddedBroker,
  type Transport,
} from "@ballast/bus";
import { type HistorianConfig, historian } from "@ballast/historian";
import { type Clock, fail, type Log, ok, type Random, type Result } from "@ballast/kernel";
import {
  fileStorage,
  type Launched,
  launch,
  type PrometheusMetrics,
  prometheusMetrics,
  readSiteFile,
  type ServiceDefinition,
  type SiteFile,
  serveHealth,
  version,
} from "@ballast/runtime";
import type { ScenarioFault } from "@ballast/sim-plant";
import { type BoxHistory, type HistoryWish, openBoxHistory } from "./box-history.ts";
import { serviceNames, services } from "./services.ts";
import { followSite, type ModelListeners, type SiteModel } from "./view/site-model.ts";

export interface BoxSetup {
  readonly siteText: string;
  readonly dataFolder: string;
  readonly isSimulated: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (service: string) => Log;
  readonly listeners: ModelListeners;
  readonly history: HistoryWish;
  /** Told of each message of each service before the broker has it: for measurements. */
  readonly onPublish?: (message: Outgoing) => void;
}

export interface Box {
  readonly model: SiteModel;
  readonly busUrl: string;
  readonly metricsPort: number | undefined;
  readonly nominalHz: number;
  carryOut(fault: ScenarioFault, isOver: boolean): void;
  stop(): Promise<void>;
}

/** All that the parts of a running box share. */
interface Parts {
  readonly setup: BoxSetup;
  file: SiteFile;
  readonly metrics: PrometheusMetrics;
  readonly log: Log;
  readonly broker: { current: EmbeddedBroker; readonly port: number };
  readonly launched: Map<string, Launched>;
  history: BoxHistory | undefined;
}

/** Brings up broker and services in this process. Problems are told before anything starts. */
export async function openBox(setup: BoxSetup): Promise<Result<Box, readonly string[]>> {
  const checked = readSiteFile(setup.siteText, services, undefined, setup.history.variables);
  if (!checked.ok) return { ok: false, fault: checked.problems };
  const file = checked.value;
  const broker = await openBroker(file.common.bus.url, setup.isSimulated);
  if (!broker.ok) return { ok: false, fault: [broker.fault.detail] };
  const parts: Parts = {
    setup,
    file,
    metrics: prometheusMetrics("box"),
    log: setup.log("box"),
    broker: { current: broker.value, port: Number(new URL(broker.value.url).port) },
    launched: new Map(),
    history: undefined,
  };
  const eyes = openBus({
    as: "site-tools",
    transport: transportFor(parts, "site-tools"),
    clock: setup.clock,
    log: parts.log,
    metrics: parts.metrics,
  });
  const model = await followSite(eyes, setup.clock, setup.listeners);
  for (const service of services) if (service !== historian) await start(parts, service);
  // A database may take its time to come up, and nothing that controls a miner waits for it.
  const historyStarting = startHistory(parts);
  const isReady = (): boolean => [...parts.launched.values()].every((one) => one.isConnected());
  const health = await serveHealth({ ...file.common.http, metrics: parts.metrics, isReady });
  if (!health.ok) parts.log.warn("health-server-failed", { detail: health.fault.detail });
  return ok({
    model,
    busUrl: broker.value.url,
    metricsPort: health.ok ? health.value.port : undefined,
    nominalHz: file.common.site.nominalHz,
    carryOut: (fault, isOver) => void carryOut(parts, fault, isOver),
    stop: async () => {
      await historyStarting;
      await Promise.all([...parts.launched.values()].map((one) => one.stop()));
      await parts.history?.stop();
      await eyes.close();
      if (health.ok) await health.value.close();
      await parts.broker.current.close();
    },
  });
}

/** At the site file's address; a simulated site takes any free port where that one is taken. */
async function openBroker(url: string, isSimulated: boolean): Promise<Result<EmbeddedBroker>> {
  const { hostname, port } = new URL(url);
  const wanted = await startEmbeddedBroker({ host: hostname, port: Number(port || 1_883) });
  if (wanted.ok) return wanted;
  if (isSimulated) return startEmbeddedBroker({ host: hostname, port: 0 });
  return fail(
    "bus.disconnected",
    `bus.url: the broker cannot listen at ${url} (${wanted.fault.detail}); stop what uses that port, or name another one`,
  );
}

const transportFor = (
  { setup, broker, log }: Parts,
  name: string,
  will?: Parameters<typeof mqttTransport>[0]["will"],
): Transport =>
  mqttTransport({
    url: broker.current.url,
    clientId: `ballast-${name}`,
    will,
    clock: setup.clock,
    random: setup.random,
    log,
  });

const observed = (transport: Transport, onPublish: (message: Outgoing) => void): Transport => ({
  isConnected: () => transport.isConnected(),
  onConnection: (listen) => transport.onConnection(listen),
  onMessage: (listen) => transport.onMessage(listen),
  publish: (message) => {
    onPublish(message);
    return transport.publish(message);
  },
  subscribe: (filter, qos) => transport.subscribe(filter, qos),
  close: () => transport.close(),
});

async function startHistory(parts: Parts): Promise<void> {
  const { file, log, setup } = parts;
  const { postgresUrl, postgresUrlFile } = historianSection(file);
  parts.history = await openBoxHistory(setup.history, {
    dataFolder: setup.dataFolder,
    log,
    isDatabaseNamed: postgresUrl !== undefined || postgresUrlFile !== undefined,
  });
  const { variables } = parts.history;
  const again = readSiteFile(setup.siteText, services, undefined, variables);
  if (again.ok) parts.file = again.value; // Now with the address of the database.
  await start(parts, historian);
}

/** The section that the historian's own schema made; the list of all sections loses that link. */
const historianSection = ({ sections }: SiteFile) =>
  sections[historian.name] as Pick<HistorianConfig, "postgresUrl" | "postgresUrlFile">;

async function start(parts: Parts, service: (typeof services)[number]): Promise<void> {
  const { setup, file, metrics, launched } = parts;
  const { name } = service;
  // Each definition takes the section that its own schema made; the loop only loses that link.
  const definition = service as unknown as ServiceDefinition;
  const running = await launch(definition, {
    config: file.sections[name],
    site: file.common.site,
    clock: setup.clock,
    random: setup.random.fork(name),
    log: setup.log(name),
    metrics,
    storage: fileStorage(join(setup.dataFolder, name)),
    busWaitMs: file.common.bus.connectWaitMs,
    version,
    connect: (clientName, will) => {
      const transport = transportFor(parts, clientName, will);
      return setup.onPublish === undefined ? transport : observed(transport, setup.onPublish);
    },
  });
  launched.set(name, running);
}

/** What a story does to the site's own machinery: the same as on a bad day. */
async function carryOut(parts: Parts, fault: ScenarioFault, isOver: boolean): Promise<void> {
  const { broker, launched, log } = parts;
  log.warn("scenario-fault", { kind: fault.kind, isOver });
  if (fault.kind === "broker-down") {
    if (!isOver) return broker.current.close();
    const again = await startEmbeddedBroker({ host: "127.0.0.1", port: broker.port });
    if (again.ok) broker.current = again.value;
  }
  if (fault.kind === "history-down") return parts.history?.setDown(!isOver);
  if (fault.kind === "service-down") {
    const service = services.find(({ name }) => name === fault.target);
    if (service === undefined || !serviceNames.includes(service.name)) return;
    if (isOver) return start(parts, service);
    await launched.get(service.name)?.stop();
    launched.delete(service.name);
  }
}
