import {
  assertDefined,
  type Cancel,
  type Clock,
  ok,
  type Random,
  type Result,
} from "@ballast/kernel";
import {
  type ArrivedCommand,
  type MeterChange,
  type MinerServers,
  type ModbusServer,
  meterSource,
  type SimulatedMeter,
  type SimulatedUnit,
  type SiteSettings,
  type SpeakingSensors,
  type SpokenMessage,
  serveMiners,
  serveModbus,
  simulatedMeter,
  siteDocument,
  siteSensors,
  startSiteSensors,
} from "@ballast/sim-devices";
import {
  createPlant,
  type Plant,
  type Scenario,
  type ScenarioFault,
  supplyRatedKw,
} from "@ballast/sim-plant";
import {
  meterAdjustments,
  meterDriverId,
  meterId,
  simulatedMeterDriver,
} from "./simulated-meter-entry.ts";

/** A real meter measures over some cycles and renews its registers at this pace. */
const meterRefreshMs = 20;

export interface SimulatorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly fleet: readonly SimulatedUnit[];
  readonly settings?: SiteSettings;
  /** Port of every miner at its own address; 0 lets the system choose. Default 4028. */
  readonly minerPort?: number;
  readonly onCommand?: (command: ArrivedCommand) => void;
  readonly onMeterChange?: (change: MeterChange) => void;
  /** Faults of the broker and of services: whoever runs those carries them out. */
  readonly onSiteFault?: (fault: ScenarioFault, isOver: boolean) => void;
}

export interface Simulator {
  readonly plant: Plant;
  readonly meter: SimulatedMeter;
  /** The site file that fits this simulation, ready to be written as YAML. */
  readonly site: SiteSettings;
  /**
   * Nails the frequency that the meter shows to a value, at once, until another one or undefined:
   * then the story's own comes back. Only the meter sees it.
   */
  holdFrequency(frequencyHz: number | undefined): void;
  /** Lets the site's sensors speak on its broker, which may only open when the site file is known. */
  startSensors(publish: (message: SpokenMessage) => void): void;
  stop(): Promise<void>;
}

/** Opens the sockets of a whole site. Its story begins at once. */
export async function startSimulator(options: SimulatorOptions): Promise<Result<Simulator>> {
  const { clock, random, seed, scenario, fleet, settings, minerPort } = options;
  const plant = createPlant({
    seed,
    scenario,
    miners: fleet.map(({ spec }) => spec),
    startMonoMs: clock.monotonicMs(),
  });
  const { meter, holdFrequency } = steerableMeter(plant, options);
  const servers = await serveMiners({
    miners: fleet.map(({ entry }) => ({
      miner: assertDefined(plant.miner(entry.id), "each unit of the fleet stands in the plant"),
      driverId: entry.driver,
    })),
    clock,
    random,
    ...(minerPort !== undefined && { port: minerPort }),
    ...(options.onCommand && { onCommand: options.onCommand }),
  });
  if (!servers.ok) return servers;
  const modbus = await serveModbus({ meter, host: "127.0.0.1", port: 0, clock });
  const cancels = [
    clock.every(meterRefreshMs, "meter-refresh", () => meter.refresh(clock.monotonicMs())),
    ...scenario.faults.flatMap((fault) => scheduleFault(fault, { options, plant, meter })),
  ];
  const sensors = siteSensors(plant, fleet);
  let speaking: SpeakingSensors | undefined;
  const site = siteDocument({
    fleet,
    addresses: servers.value.addresses,
    nominalHz: scenario.nominalHz,
    meters: [
      {
        id: meterId,
        driver: meterDriverId,
        host: "127.0.0.1",
        port: modbus.port,
        adjustments: meterAdjustments,
      },
    ],
    sensors,
    supplyRatedKw: supplyRatedKw(scenario),
    ...(settings && { settings }),
  });
  return ok({
    plant,
    meter,
    site,
    holdFrequency,
    startSensors: (publish) => {
      speaking?.stop();
      speaking = startSiteSensors({ sensors, clock, random: random.fork("sensors"), publish });
    },
    stop: () => {
      speaking?.stop();
      return stopAll(cancels, servers.value, modbus);
    },
  });
}

/** The meter at the connection point, with a hand on the frequency that it shows. */
function steerableMeter(
  plant: Plant,
  { clock, onMeterChange }: SimulatorOptions,
): Pick<Simulator, "meter" | "holdFrequency"> {
  let heldHz: number | undefined;
  const source = meterSource(plant);
  const meter = simulatedMeter({
    driver: simulatedMeterDriver(),
    source: (monoMs) => {
      const values = source(monoMs);
      return heldHz === undefined ? values : { ...values, frequencyHz: heldHz };
    },
    refreshMs: Number.POSITIVE_INFINITY, // By the site's clock, never because somebody asks.
    ...(onMeterChange && { onChange: onMeterChange }),
  });
  return {
    meter,
    holdFrequency: (frequencyHz) => {
      heldHz = frequencyHz;
      meter.refresh(clock.monotonicMs());
    },
  };
}

async function stopAll(
  cancels: readonly Cancel[],
  servers: MinerServers,
  modbus: ModbusServer,
): Promise<void> {
  for (const cancel of cancels) cancel();
  await Promise.all([servers.close(), modbus.close()]);
}

interface Stage {
  readonly options: SimulatorOptions;
  readonly plant: Plant;
  readonly meter: SimulatedMeter;
}

function scheduleFault(fault: ScenarioFault, stage: Stage): readonly Cancel[] {
  const { clock } = stage.options;
  return [
    clock.after(fault.atS * 1_000, fault.kind, () => applyFault(fault, stage, false)),
    clock.after((fault.atS + fault.durationS) * 1_000, fault.kind, () =>
      applyFault(fault, stage, true),
    ),
  ];
}

function applyFault(fault: ScenarioFault, { options, plant, meter }: Stage, isOver: boolean): void {
  switch (fault.kind) {
    case "meter-silent":
      meter.fault = { kind: isOver ? "none" : "silent" };
      return;
    case "meter-frozen":
      meter.fault = { kind: isOver ? "none" : "frozen" };
      return;
    case "miners-misbehave": {
      const { target } = fault;
      const count =
        "fleetRatio" in target ? Math.round(plant.miners.length * target.fleetRatio) : 0;
      for (const [index, miner] of plant.miners.entries()) {
        const isMeant = "minerId" in target ? miner.id === target.minerId : index < count;
        if (isMeant) miner.setMisbehaviour(isOver ? "none" : fault.misbehaviour);
      }
      return;
    }
    case "broker-down":
    case "service-down":
    case "history-down":
    case "internet-down":
      options.onSiteFault?.(fault, isOver);
  }
}
