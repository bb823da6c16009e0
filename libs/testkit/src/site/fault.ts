import type { Clock, Random } from "@ballast/kernel";
import type { SensorFault } from "@ballast/sim-devices";
import type { Misbehaviour } from "@ballast/sim-plant";

export type MeterFaultKind = "frozen" | "silent" | "garbage";

/** The levers that a fault may pull. */
export interface FaultStage {
  readonly clock: Clock;
  readonly random: Random;
  readonly durationMs: number;
  readonly minerIds: readonly string[];
  readonly serviceNames: readonly string[];
  /** Marks a fault as on or over, for the checkers. */
  mark(name: string, isOn: boolean): void;
  setBusWeather(weather: { readonly delayMaxMs: number; readonly troubleRatio: number }): void;
  restartBroker(downMs: number): void;
  restartService(name: string, downMs: number): void;
  restartHistorian(downMs: number): void;
  /** Several may be on together; the last one that began shows. */
  setMeterFault(fault: MeterFaultKind, isOn: boolean): void;
  setSensorFault(sensorId: string, fault: SensorFault): void;
  setMisbehaviour(minerId: string, misbehaviour: Misbehaviour): void;
  stepWall(byMs: number): void;
}

export interface Fault {
  readonly name: string;
  readonly schedule: (stage: FaultStage) => void;
}

interface Episodes {
  readonly name: string;
  /** How many in an hour, on average. */
  readonly perHourCount: number;
  readonly lastsMinMs: number;
  readonly lastsMaxMs: number;
  readonly begin: (stage: FaultStage, lastsMs: number) => void;
  readonly end?: (stage: FaultStage) => void;
}

/** Spread by chance over the run; the first minute is left in peace so that a site can start. */
const firstAfterMs = 60_000;

function episodes({ name, perHourCount, lastsMinMs, lastsMaxMs, begin, end }: Episodes): Fault {
  return {
    name,
    schedule: (stage) => {
      const random = stage.random.fork(name);
      const meanGapMs = 3_600_000 / perHourCount;
      let atMs = firstAfterMs;
      for (;;) {
        atMs += -Math.log(1 - random.next()) * meanGapMs;
        if (atMs > stage.durationMs) return;
        const lastsMs = lastsMinMs + random.next() * (lastsMaxMs - lastsMinMs);
        stage.clock.after(atMs, name, () => {
          stage.mark(name, true);
          begin(stage, lastsMs);
        });
        stage.clock.after(atMs + lastsMs, name, () => {
          end?.(stage);
          stage.mark(name, false);
        });
        atMs += lastsMs;
      }
    },
  };
}

const misbehaving = (name: string, misbehaviour: Misbehaviour): Fault => {
  let chosen = "";
  return episodes({
    name,
    perHourCount: 4,
    lastsMinMs: 30_000,
    lastsMaxMs: 600_000,
    begin: (stage) => {
      chosen = stage.minerIds[stage.random.integer(0, stage.minerIds.length - 1)] ?? "";
      stage.setMisbehaviour(chosen, misbehaviour);
    },
    end: (stage) => stage.setMisbehaviour(chosen, "none"),
  });
};

export const faults = {
  slowBus: () =>
    episodes({
      name: "slow-bus",
      perHourCount: 4,
      lastsMinMs: 5_000,
      lastsMaxMs: 120_000,
      begin: (stage) =>
        stage.setBusWeather({ delayMaxMs: stage.random.integer(20, 400), troubleRatio: 0.05 }),
      end: (stage) => stage.setBusWeather({ delayMaxMs: 0, troubleRatio: 0 }),
    }),
  brokerRestart: () =>
    episodes({
      name: "broker-restart",
      perHourCount: 3,
      lastsMinMs: 200,
      lastsMaxMs: 30_000,
      begin: (stage, lastsMs) => stage.restartBroker(lastsMs),
    }),
  serviceRestart: () =>
    episodes({
      name: "service-restart",
      perHourCount: 6,
      lastsMinMs: 500,
      lastsMaxMs: 8_000,
      begin: (stage, lastsMs) => {
        const { serviceNames, random } = stage;
        const name = serviceNames[random.integer(0, serviceNames.length - 1)] ?? "";
        stage.restartService(name, lastsMs);
      },
    }),
  historianRestart: () =>
    episodes({
      name: "historian-restart",
      perHourCount: 4,
      lastsMinMs: 500,
      lastsMaxMs: 300_000,
      begin: (stage, lastsMs) => stage.restartHistorian(lastsMs),
    }),
  meterFreezes: () => meterFault("meter-frozen", "frozen", 20_000, 120_000),
  meterSilent: () => meterFault("meter-silent", "silent", 2_000, 90_000),
  meterGarbage: () => meterFault("meter-garbage", "garbage", 2_000, 30_000),
  deafMiner: () => misbehaving("deaf-miner", "deaf"),
  lyingMiner: () => misbehaving("lying-miner", "lying"),
  slowMiner: () => misbehaving("slow-miner", "slow"),
  hungMiner: () => misbehaving("hung-miner", "hung"),
  garblingMiner: () => misbehaving("garbling-miner", "garbling"),
  wrongTypesMiner: () => misbehaving("wrong-types-miner", "wrong-types"),
  clockSteps: () =>
    episodes({
      name: "clock-step",
      perHourCount: 4,
      lastsMinMs: 1,
      lastsMaxMs: 2,
      begin: (stage) => stage.stepWall(stage.random.integer(-3_600_000, 3_600_000)),
    }),
} as const;

export const allFaults = (): readonly Fault[] => Object.values(faults).map((make) => make());

function meterFault(
  name: string,
  fault: MeterFaultKind,
  lastsMinMs: number,
  lastsMaxMs: number,
): Fault {
  return episodes({
    name,
    perHourCount: 2,
    lastsMinMs,
    lastsMaxMs,
    begin: (stage) => stage.setMeterFault(fault, true),
    end: (stage) => stage.setMeterFault(fault, false),
  });
}
