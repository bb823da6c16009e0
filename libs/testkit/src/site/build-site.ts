import { type Bus, type MemoryBroker, memoryBroker, type Outgoing, openBus } from "@ballast/bus";
import type { MemoryStore } from "@ballast/history";
import {
  assert,
  assertDefined,
  hashText,
  type MemoryStorage,
  memoryStorage,
  type Random,
  seededRandom,
  silentLog,
  silentMetrics,
  type VirtualClock,
  virtualClock,
} from "@ballast/kernel";
import { type Launched, launch, readSiteFile, type ServiceDefinition } from "@ballast/runtime";
import {
  type ArrivedCommand,
  meterSource,
  openFace,
  overlaid,
  type SimulatedMeter,
  type SimulatedUnit,
  type SiteSensor,
  type SiteSettings,
  type SpeakingSensors,
  simulatedFleet,
  simulatedMeter,
  siteDocument,
  siteSensors,
  startSiteSensors,
  virtualExchange,
  virtualModbus,
} from "@ballast/sim-devices";
import { createPlant, type Plant, type Scenario, supplyRatedKw } from "@ballast/sim-plant";
import { meterAdjustments, meterDriverId, meterId, simulatedMeterDriver } from "@ballast/simulator";
import { openStatusCache } from "@ballast/status-cache";
import { stringify } from "yaml";
import type { Checker, NamedChecker, Violation } from "./checker.ts";
import { type FakeHistorian, fakeHistorian } from "./fake-historian.ts";
import type { Fault, FaultStage, MeterFaultKind } from "./fault.ts";
import { cutAt, type Life } from "./life.ts";
import { allServices, siteHistorian, siteServices } from "./site-services.ts";
import type { Truth } from "./truth.ts";
import { weather } from "./weather.ts";

const tickMs = 100;
/** Enough to understand; a broken promise may be broken thousands of times. */
const violationsMax = 100;
const meterPort = 502;
/** After the trouble a run stays calm and sound, so that it can be seen to recover fully. */
const recoveryMs = 27 * 60_000;

export interface SiteOptions {
  /** The only source of chance: weather, faults, delays, delivery. */
  readonly seed: number;
  /** How long faults and weather are drawn for; `run` may stop earlier. */
  readonly durationMs: number;
  readonly minerCount?: number;
  readonly scenario?: Scenario;
  readonly faults?: readonly Fault[];
  readonly checkers?: readonly NamedChecker[];
  readonly settings?: SiteSettings;
  /** How long the disk takes at most; a kill meanwhile costs what was under way. */
  readonly diskDelayMaxMs?: number;
  /** Stand-ins for some services, for instance with a planted bug. */
  readonly replace?: (definition: ServiceDefinition) => ServiceDefinition;
  readonly onMessage?: (message: Outgoing, monoMs: number) => void;
  /** The historian itself runs and ships to this; left out, one that only acknowledges does. */
  readonly database?: MemoryStore;
}

export interface SimulatedSite {
  readonly clock: VirtualClock;
  readonly plant: Plant;
  readonly truth: Truth;
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  /** One number over every message in order: equal runs have equal digests. */
  busDigest(): number;
  messageCount(): number;
  run(durationMs: number): Promise<void>;
  restartService(name: string, downMs: number): void;
  /** As an operator does it: what is under way is finished first. */
  restartOrderly(name: string): Promise<void>;
  storageOf(name: string): MemoryStorage;
  readonly historian: FakeHistorian;
  /** What an engineer's tool sees. */
  openReader(): Bus;
}

interface Running {
  readonly launched: Launched;
  readonly life: Life;
}

/** The services that run on site, unmodified, between a simulated grid and simulated miners. */
export async function buildSite(options: SiteOptions): Promise<SimulatedSite> {
  const site = new VirtualSite(options);
  await site.start();
  return site;
}

class VirtualSite implements SimulatedSite {
  readonly clock = virtualClock();
  readonly plant: Plant;
  readonly truth: Truth & { readonly faultEndedMonoMs: Map<string, number> };
  readonly violations: Violation[] = [];
  violationCount = 0;
  readonly #options: SiteOptions;
  readonly #troubleMs: number;
  readonly #random: Random;
  readonly #fleet: readonly SimulatedUnit[];
  readonly #meter: SimulatedMeter;
  readonly #scenario: Scenario;
  readonly #sensors: readonly SiteSensor[];
  readonly #broker: MemoryBroker;
  readonly historian: FakeHistorian;
  readonly #checkers: readonly Checker[];
  readonly #storages = new Map<string, MemoryStorage>();
  readonly #running = new Map<string, Running>();
  readonly #activeFaults = new Set<string>();
  readonly #meterFaults = new Set<MeterFaultKind>();
  readonly #serviceStarted = new Map<string, number>();
  readonly #misbehaviourChanged = new Map<string, number>();
  readonly #ports: (name: string, life: Life) => unknown;
  #busWeather = { delayMaxMs: 0, troubleRatio: 0 };
  #digest = 0;
  #messageCount = 0;

  constructor(options: SiteOptions) {
    const { seed, minerCount = 160, durationMs } = options;
    this.#options = options;
    this.#random = seededRandom(seed);
    this.#troubleMs = Math.max(durationMs / 2, durationMs - recoveryMs);
    const scenario = options.scenario ?? weather(seed, this.#troubleMs / 1_000, durationMs / 1_000);
    this.#fleet = simulatedFleet({ minerCount, random: this.#random.fork("fleet") });
    this.plant = createPlant({
      seed,
      scenario,
      miners: this.#fleet.map(({ spec }) => spec),
      startMonoMs: 0,
    });
    this.#scenario = scenario;
    this.#sensors = siteSensors(this.plant, this.#fleet);
    this.#meter = simulatedMeter({
      driver: simulatedMeterDriver(),
      source: meterSource(this.plant),
      refreshMs: 20,
      noise: this.#random.fork("meter"),
    });
    this.truth = {
      plant: this.plant,
      minerCount,
      ratedKw: this.#fleet.reduce((sumKw, { spec }) => sumKw + spec.ratedW / 1_000, 0),
      nominalHz: scenario.nominalHz,
      activeFaults: this.#activeFaults,
      faultEndedMonoMs: new Map(),
      serviceStartedMonoMs: this.#serviceStarted,
      misbehaviourChangedMonoMs: this.#misbehaviourChanged,
    };
    this.#checkers = (options.checkers ?? []).map((checker) => this.#watch(checker));
    this.#broker = memoryBroker({
      clock: this.clock,
      random: this.#random.fork("bus"),
      delayMs: (random) => 0.3 + random.next() * this.#busWeather.delayMaxMs,
      troubleRatio: () => this.#busWeather.troubleRatio,
      onPublish: (message) => this.#heard(message),
    });
    this.historian = fakeHistorian({
      broker: this.#broker,
      clock: this.clock,
      isAbsent: options.database !== undefined,
    });
    this.#ports = this.#openPorts();
  }

  async start(): Promise<void> {
    const { clock, plant, truth } = this;
    for (const definition of siteServices) {
      void this.#launch(definition.name);
    }
    if (this.#options.database !== undefined) void this.#launch(siteHistorian.name);
    const stage = this.#stage(this.#openSensors());
    for (const fault of this.#options.faults ?? []) fault.schedule(stage);
    clock.every(tickMs, "checkers", () => {
      const nowMonoMs = clock.monotonicMs();
      plant.advanceTo(nowMonoMs);
      plant.drainEvents();
      for (const { onTick } of this.#checkers) onTick?.(truth, nowMonoMs);
    });
  }

  run(durationMs: number): Promise<void> {
    return this.clock.advance(durationMs);
  }

  busDigest(): number {
    return this.#digest;
  }

  messageCount(): number {
    return this.#messageCount;
  }

  storageOf(name: string): MemoryStorage {
    const known = this.#storages.get(name);
    if (known !== undefined) return known;
    const created = memoryStorage();
    const { diskDelayMaxMs } = this.#options;
    const random = this.#random.fork(`disk/${name}`);
    if (diskDelayMaxMs !== undefined) {
      created.setDelay(() => this.clock.sleep(random.next() * diskDelayMaxMs));
    }
    this.#storages.set(name, created);
    return created;
  }

  openReader(): Bus {
    return openBus({
      as: "site-tools",
      transport: this.#broker.connect("reader"),
      clock: this.clock,
      log: silentLog,
      metrics: silentMetrics,
    });
  }

  /** As kill -9 and a supervisor: no goodbye, the disk stays, the last will is spoken. */
  restartService(name: string, downMs: number): void {
    const running = this.#running.get(name);
    if (running === undefined) return; // It is down already.
    this.#running.delete(name);
    running.life.isOver = true;
    running.launched.kill();
    this.#broker.cut(name);
    this.#storages.set(name, this.storageOf(name).reboot());
    this.clock.after(downMs, "service-returns", () => void this.#launch(name));
  }

  async restartOrderly(name: string): Promise<void> {
    const running = assertDefined(this.#running.get(name), `${name} runs`);
    this.#running.delete(name);
    await running.launched.stop();
    running.life.isOver = true;
    await this.#launch(name);
  }

  async #launch(name: string): Promise<void> {
    const original = allServices.find((each) => each.name === name);
    assert(original !== undefined, `${name} is a service of the site`);
    const definition = this.#options.replace?.(original) ?? original;
    const life = { isOver: false };
    this.#serviceStarted.set(name, this.clock.monotonicMs());
    const running = await launch(definition, {
      config: this.#configOf(name),
      site: { id: "simulated", name: "Simulated site", nominalHz: 50 },
      clock: this.clock,
      random: this.#random.fork(`${name}/${this.clock.monotonicMs()}`),
      log: silentLog,
      metrics: silentMetrics,
      storage: this.storageOf(name),
      connect: (client, will) => this.#broker.connect(client, will),
      busWaitMs: 5_000,
      version: "simulated",
      ports: this.#ports(name, life),
    });
    this.#running.set(name, { launched: running, life });
  }

  /** They speak on the site's broker in their own tongue, as real ones do. */
  #openSensors(): SpeakingSensors {
    const transport = this.#broker.connect("simulated-sensors");
    return startSiteSensors({
      sensors: this.#sensors,
      clock: this.clock,
      random: this.#random.fork("sensors"),
      publish: ({ topic: address, text, isRetained: retain }) =>
        void transport.publish({ address, text, qos: 0, retain }),
    });
  }

  readonly #configs = new Map<string, unknown>();

  #configOf(name: string): unknown {
    if (this.#configs.size === 0) {
      const settings = overlaid(this.#scenario.settings, this.#options.settings ?? {});
      const document = siteDocument({
        fleet: this.#fleet,
        addresses: this.#fleet.map(({ entry }) => addressOf(entry.id)),
        nominalHz: this.truth.nominalHz,
        meters: [
          {
            id: meterId,
            driver: meterDriverId,
            host: "meter",
            port: meterPort,
            adjustments: meterAdjustments,
          },
        ],
        sensors: this.#sensors,
        supplyRatedKw: supplyRatedKw(this.#scenario),
        settings,
      });
      const checked = readSiteFile(stringify(document), allServices, undefined, {
        POSTGRES_URL: "postgres://in/memory",
      });
      assert(checked.ok, `the simulated site file is right: ${checked.ok || checked.problems}`);
      for (const [section, config] of Object.entries(checked.value.sections)) {
        this.#configs.set(section, config);
      }
    }
    return this.#configs.get(name);
  }

  #openPorts(): (name: string, life: Life) => unknown {
    const network = virtualExchange({ clock: this.clock, random: this.#random.fork("network") });
    for (const { entry } of this.#fleet) {
      const { minerId, host, port } = addressOf(entry.id);
      const miner = assertDefined(this.plant.miner(minerId), "each unit stands in the plant");
      const random = this.#random.fork(`face/${minerId}`);
      const onCommand = (command: ArrivedCommand): void => {
        for (const checker of this.#checkers) checker.onCommand?.(command);
      };
      network.attach({ host, port }, openFace(entry.driver, { miner, random, onCommand }));
    }
    const openModbus = virtualModbus({
      random: this.#random.fork("modbus"),
      meters: new Map([[`meter:${meterPort}`, this.#meter]]),
      latencyMinMs: 2,
      latencyMaxMs: 8,
    });
    return (name, life) => {
      if (name === "grid-meter") return { openModbus };
      if (name === siteHistorian.name) return { openStore: () => this.#options.database };
      if (name !== "asic-controller") return undefined;
      return { exchange: cutAt(life, network.exchange), openCache: openStatusCache };
    };
  }

  #watch({ name, make }: NamedChecker): Checker {
    const report = (monoMs: number, detail: string): void => {
      this.violationCount += 1;
      if (this.violations.length >= violationsMax) return;
      this.violations.push({ checker: name, monoMs, detail });
    };
    return { name, ...make(this.truth, report) };
  }

  #heard(message: Outgoing): void {
    const monoMs = this.clock.monotonicMs();
    this.#messageCount += 1;
    const text = `${message.address}${message.text}`;
    this.#digest = (Math.imul(this.#digest, 31) + hashText(text)) >>> 0;
    this.#options.onMessage?.(message, monoMs);
    for (const { onMessage } of this.#checkers) onMessage?.(message, monoMs);
  }

  #stage(sensors: SpeakingSensors): FaultStage {
    return {
      clock: this.clock,
      random: this.#random.fork("faults"),
      durationMs: this.#troubleMs,
      minerIds: this.#fleet.map(({ entry }) => entry.id),
      serviceNames: siteServices.map(({ name }) => name),
      mark: (name, isOn) => {
        if (isOn) {
          this.#activeFaults.add(name);
          return;
        }
        this.#activeFaults.delete(name);
        this.truth.faultEndedMonoMs.set(name, this.clock.monotonicMs());
      },
      setBusWeather: (busWeather) => {
        this.#busWeather = busWeather;
      },
      restartBroker: (downMs) => this.#broker.restart(downMs),
      restartService: (name, downMs) => this.restartService(name, downMs),
      restartHistorian: (downMs) =>
        this.#options.database === undefined
          ? this.historian.crash(downMs)
          : this.restartService(siteHistorian.name, downMs),
      setMeterFault: (fault, isOn) => {
        this.#meterFaults.delete(fault);
        if (isOn) this.#meterFaults.add(fault);
        this.#meter.fault = { kind: [...this.#meterFaults].at(-1) ?? "none" };
      },
      setSensorFault: (sensorId, fault) => sensors.setFault(sensorId, fault),
      setMisbehaviour: (minerId, misbehaviour) => {
        this.plant.miner(minerId)?.setMisbehaviour(misbehaviour);
        this.#misbehaviourChanged.set(minerId, this.clock.monotonicMs());
      },
      stepWall: (byMs) => this.clock.stepWall(byMs),
    };
  }
}

const addressOf = (minerId: string) => ({ minerId, host: minerId, port: 4_028 });
