import { type Message, openBus, type Transport } from "@ballast/bus";
import { powerSample } from "@ballast/contracts";
import { type Clock, silentLog, silentMetrics } from "@ballast/kernel";
import {
  type CalibrationProposal,
  type CalibrationSample,
  type CurrentCalibration,
  proposeCalibration,
} from "./core/propose-calibration.ts";

const samplesMax = 10_000;

export interface CalibrateOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly sensorId: string;
  readonly referenceKw: number;
  readonly durationMs: number;
  readonly current: CurrentCalibration;
}

/** Listens to the live samples of one sensor, and compares them with a reference. */
export async function calibrate(options: CalibrateOptions): Promise<CalibrationProposal> {
  const { transport, clock, sensorId, referenceKw, durationMs, current } = options;
  const samples: CalibrationSample[] = [];
  const bus = openBus({
    as: "site-tools",
    transport,
    clock,
    log: silentLog,
    metrics: silentMetrics,
  });
  await bus.subscribe(powerSample, ({ params, payload }: Message<typeof powerSample>) => {
    const { powerKw, quality } = payload;
    if (params.sensorId !== sensorId || powerKw === undefined) return;
    if (samples.length < samplesMax) samples.push({ powerKw, quality });
  });
  await clock.sleep(durationMs);
  const isConnected = bus.isConnected();
  await bus.close();
  if (!isConnected) return { kind: "none", why: "the site's broker does not answer" };
  return proposeCalibration(samples, referenceKw, current);
}

/** For an engineer beside the sensor with a clamp meter in hand. */
export function proposalText(proposal: CalibrationProposal, sensorId: string): string {
  if (proposal.kind === "none") return `No factor for ${sensorId}: ${proposal.why}.\n`;
  const { factorRatio, factorMinRatio, factorMaxRatio, meanKw, sampleCount, warnings } = proposal;
  const isOpen = factorMaxRatio === Number.MAX_VALUE;
  const bounds = isOpen
    ? `above ${factorMinRatio.toFixed(4)}`
    : `${factorMinRatio.toFixed(4)} to ${factorMaxRatio.toFixed(4)}`;
  return [
    `${sensorId}: ${meanKw.toFixed(3)} kW before calibration, from ${sampleCount} samples.`,
    `  calibrationFactorRatio: ${factorRatio.toFixed(4)}   # 95 % sure: ${bounds}`,
    ...warnings.map((warning) => `  Beware: ${warning}.`),
    warnings.length === 0 ? "Write it into the site file, and restart power-sensors." : "",
  ]
    .filter((line) => line !== "")
    .concat("")
    .join("\n");
}
