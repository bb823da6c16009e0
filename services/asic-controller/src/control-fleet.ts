import type { feederProof, loadTarget } from "@ballast/contracts";
import type { Cancel } from "@ballast/kernel";
import type { ServiceContext } from "@ballast/runtime";
import { LatestWriter } from "@ballast/status-cache";
import type { AsicControllerConfig } from "./config.ts";
import type { CycleRecord } from "./core/cycle-record.ts";
import { type FeederProof, provenAsleep } from "./core/feeder-proof.ts";
import { openCycleJournal } from "./cycle-journal.ts";
import { openDeviceMemory } from "./device-memory.ts";
import { type DeviceEvents, Devices } from "./devices.ts";
import { FeederReports } from "./feeder-reports.ts";
import { FleetControl, type TargetSeen } from "./fleet-control.ts";
import { fleetFromJournal } from "./fleet-from-journal.ts";
import type { PlannedMiner } from "./fleet-plan.ts";
import type { AsicControllerPorts } from "./ports.ts";
import { recordTurns } from "./record-turns.ts";
import { type published, Reports } from "./reports.ts";
import { startRound } from "./round.ts";

type Context = ServiceContext<
  AsicControllerConfig,
  (typeof published)[number],
  typeof loadTarget | typeof feederProof,
  AsicControllerPorts
>;

const tickMs = 200;
const numbersMs = 1_000;
const keepWarmMaxMs = 30_000;

export interface RunningFleet {
  onTarget(target: TargetSeen): void;
  onFeederProof(feederId: string, proof: FeederProof): void;
  stop(): Promise<void>;
}

/** Joins the parts: journal and readings in, commands and reports out. */
export async function controlFleet(
  miners: readonly PlannedMiner[],
  context: Context,
): Promise<RunningFleet> {
  const { alarms, clock, config, keep, log, metrics, ports, publish, runId, storage } = context;
  const { fleetId, policy, traffic } = config;
  const onTrouble = (detail: string | undefined): void =>
    alarms.set(detail !== undefined, "journal.failed", fleetId, detail ?? "");
  const onCycle = (cycle: CycleRecord): void => reports.cycle(cycle);
  const idPrefix = `${fleetId}-${runId}`;
  const journal = await openCycleJournal({ storage, clock, log, onTrouble, idPrefix, onCycle });
  const now = { monoMs: clock.monotonicMs(), atMs: clock.wallMs() };
  const recovered = fleetFromJournal(miners, journal.recovered, now);
  journal.write(recovered.added);

  const devices: Devices = new Devices({
    miners,
    exchange: ports.exchange,
    memory: await openDeviceMemory({ storage, clock, log }),
    clock,
    traffic,
    events: deviceEvents(() => ({ control, reports }), metrics),
  });
  const control: FleetControl = new FleetControl({
    ...recovered,
    clock,
    policy,
    traffic,
    effects: {
      command: (index, wish) => devices.command(index, wish),
      read: (index) => devices.read(index),
      lastAskedMonoMs: (index) => devices.lastAskedMonoMs(index),
      record: recordTurns({ journal, clock }),
      onChange: (unit) => {
        reports.changed(unit);
        feeders.changed(unit);
      },
    },
  });
  const { fleet } = control;
  const onKept = (sequence: number): void => journal.kept(sequence);
  const latest = openLatest(context);
  const speakers = { clock, alarms, metrics, publish, keep, latest };
  const reports: Reports = new Reports({ fleet, fleetId, policy, onKept, ...speakers });
  const feeders: FeederReports = new FeederReports({ fleet, fleetId, policy, clock, publish });
  // What a crash kept from being told is told now, with the same ids.
  for (const cycle of journal.recovered.unkept) reports.cycle(cycle);
  const cancels = startTimers({ context, control, devices, feeders, miners, reports });
  return {
    onTarget: (target) => control.onTarget(target),
    onFeederProof: (feederId, proof) => {
      const ordersAtMs = feeders.ordersAtMs(feederId);
      if (ordersAtMs === undefined) return; // A feeder of another fleet.
      for (const { facts } of provenAsleep(feeders.unitsOn(feederId), proof, ordersAtMs)) {
        control.onProvenAsleep(facts.index);
      }
    },
    async stop() {
      for (const cancel of cancels) cancel();
      devices.close();
      await Promise.all([journal.close(), latest.close()]);
    },
  };
}

/** Fire and forget: control neither waits for the cache nor reads it. */
function openLatest(context: Context): LatestWriter {
  const { alarms, clock, config, log, metrics, ports, random, site } = context;
  const settings = config.cache;
  const cache = ports.openCache({
    siteId: site.id,
    settings,
    clock,
    log,
    random: random.fork("cache"),
  });
  return new LatestWriter({
    cache,
    settings,
    clock,
    metrics,
    onTrouble: (detail) =>
      alarms.set(detail !== undefined, "cache.away", config.fleetId, detail ?? ""),
  });
}

function deviceEvents(
  parts: () => { readonly control: FleetControl; readonly reports: Reports },
  metrics: Context["metrics"],
): DeviceEvents {
  return {
    onReading: (index, reading, askedMonoMs) => {
      const { control, reports } = parts();
      metrics.count("ballast_miner_reads_total", { outcome: "answered" });
      control.onReading(index, reading, askedMonoMs);
      reports.reading(control.fleet.unit(index), reading);
    },
    onMiss: (index) => {
      metrics.count("ballast_miner_reads_total", { outcome: "failed" });
      parts().control.onMiss(index);
    },
    onAnswer: (index, wish, answer) => {
      const outcome = answer.ok ? "accepted" : answer.fault.code;
      metrics.count("ballast_miner_commands_total", { wish, outcome });
      parts().control.onAnswer(index, wish, answer);
    },
  };
}

interface Parts {
  readonly context: Context;
  readonly control: FleetControl;
  readonly devices: Devices;
  readonly feeders: FeederReports;
  readonly miners: readonly PlannedMiner[];
  readonly reports: Reports;
}

function startTimers({
  context,
  control,
  devices,
  feeders,
  miners,
  reports,
}: Parts): readonly Cancel[] {
  const { alarms, clock, config, random } = context;
  // The read-back: everybody once, at once, within the limit of concurrent reads.
  for (const { facts } of miners) devices.read(facts.index);
  const warmable = miners.flatMap(({ driver, facts }) =>
    driver.keepWarmMs === undefined ? [] : [{ index: facts.index, periodMs: driver.keepWarmMs }],
  );
  for (const { index } of warmable) devices.keepWarm(index);
  return [
    clock.every(tickMs, "control", () => {
      control.tick();
      reports.flush(devices.areCommandsWaiting);
      feeders.flush();
    }),
    clock.every(numbersMs, "numbers", () => {
      const { isLost } = control.following();
      alarms.set(isLost, "load.target-stale", config.fleetId, "no current target");
      reports.numbers(control.targetW);
      feeders.sayAll();
    }),
    startRound({
      clock,
      random: random.fork("poll"),
      name: "poll",
      periodMs: config.traffic.pollMs,
      indexes: miners.map(({ facts }) => facts.index),
      visit: (index) => devices.read(index),
    }),
    startRound({
      clock,
      random: random.fork("keep-warm"),
      name: "keep-warm",
      periodMs: Math.min(keepWarmMaxMs, ...warmable.map(({ periodMs }) => periodMs)),
      indexes: warmable.map(({ index }) => index),
      visit: (index) => devices.keepWarm(index),
    }),
  ];
}
