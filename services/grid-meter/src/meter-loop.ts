import type {
  gridFrequency,
  gridReading,
  gridStatus,
  MeterState,
  PayloadOf,
  SampleDoubt,
} from "@ballast/contracts";
import type { Cancel, Clock, Log, Metrics, Random } from "@ballast/kernel";
import {
  configuredDriver,
  type MeterDriver,
  type MeterReader,
  type MeterReading,
  meterReader,
} from "@ballast/meter-drivers";
import type { OpenModbus } from "@ballast/modbus";
import type { MeterConfig } from "./config.ts";
import {
  judgeFrequency,
  meterState,
  notePower,
  phaseVoltages,
  type QualityRules,
  unknownQuality,
  type Verdict,
} from "./core/quality.ts";

export type FrequencySample = PayloadOf<typeof gridFrequency>;
export type PowerReading = PayloadOf<typeof gridReading>;
export type MeterStatus = PayloadOf<typeof gridStatus>;

export interface MeterLoopOptions {
  readonly meter: MeterConfig;
  readonly nominalHz: number;
  readonly openModbus: OpenModbus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onFrequency: (sample: FrequencySample) => void;
  readonly onReading: (reading: PowerReading) => void;
  /** At once when the state changes, and once a second. */
  readonly onStatus: (status: MeterStatus, doubt: SampleDoubt | undefined) => void;
}

const statusCheckMs = 250;
const statusPeriodMs = 1_000;
/** A slower meter is asked again at once where one sample must not decide, or must not wait. */
const rereadAbovePeriodMs = 300;
const rereadBelowRatio = 0.99; // 49.5 Hz on a 50 Hz grid.

/** Reads one meter until cancelled: one connection, one request at a time, frequency first. */
export function runMeter(options: MeterLoopOptions): Cancel {
  const { clock, meter } = options;
  const driver = configuredDriver(meter);
  const periodMs = Math.max(meter.periodMs, driver.refreshMs);
  const reader = meterReader(options);
  const loop = new MeterLoop(options, reader, { periodMs, driver });
  const cancels = [
    clock.every(periodMs, "poll-meter", () => loop.poll()),
    clock.every(statusCheckMs, "meter-status", () => loop.tellStatus()),
  ];
  return () => {
    for (const cancel of cancels) cancel();
    reader.close();
  };
}

class MeterLoop {
  readonly #options: MeterLoopOptions;
  readonly #reader: MeterReader;
  readonly #rules: QualityRules;
  readonly #periodMs: number;
  readonly #rereadBelowHz: number | undefined;
  #quality = unknownQuality;
  #doubt: SampleDoubt | undefined;
  #told: { readonly state: MeterState; readonly monoMs: number } | undefined;

  constructor(
    options: MeterLoopOptions,
    reader: MeterReader,
    { periodMs, driver }: { readonly periodMs: number; readonly driver: MeterDriver },
  ) {
    const { meter, nominalHz } = options;
    const { nominalV, isCommissioned, loadOnAboveKw, rereadBelowHz } = meter;
    const { frequencyResolutionHz: resolutionHz } = driver;
    this.#options = options;
    this.#reader = reader;
    this.#periodMs = periodMs;
    this.#rules = { nominalHz, nominalV, resolutionHz, isCommissioned, loadOnAboveKw };
    const isSlow = periodMs > rereadAbovePeriodMs;
    this.#rereadBelowHz = isSlow ? (rereadBelowHz ?? nominalHz * rereadBelowRatio) : undefined;
  }

  async poll(): Promise<void> {
    if (!(await this.#reader.isReady())) return;
    const { clock } = this.#options;
    // In the second half of the period nothing begins that could delay the next frequency.
    const untilMonoMs = clock.monotonicMs() + this.#periodMs / 2;
    if (await this.#sampleFrequency()) await this.#sampleFrequency();
    await this.#readBeside(untilMonoMs);
  }

  tellStatus(): void {
    const { clock, meter, onStatus } = this.#options;
    const monoMs = clock.monotonicMs();
    const state = meterState(this.#quality, this.#rules, monoMs);
    const told = this.#told;
    if (told?.state === state && monoMs - told.monoMs < statusPeriodMs) return;
    this.#told = { state, monoMs };
    const { fault, readCount, failedCount } = this.#reader.report();
    const doubt = fault === undefined ? this.#doubt : undefined;
    const trouble = fault === undefined ? doubt : `${fault.code}: ${fault.detail}`;
    const reason = state === "good" ? "fresh and plausible" : (trouble ?? "no sample yet");
    const { isCommissioned, resolutionHz } = this.#rules;
    const driver = meter.driver;
    const atMs = clock.wallMs();
    onStatus(
      { atMs, state, reason, driver, isCommissioned, resolutionHz, readCount, failedCount },
      doubt,
    );
  }

  /** True where a second look is wanted at once. */
  async #sampleFrequency(): Promise<boolean> {
    const { clock, onFrequency } = this.#options;
    // Before the request goes out: a sample may look older than it is, never younger.
    const monoMs = clock.monotonicMs();
    const atMs = clock.wallMs();
    const { frequencyHz } = (await this.#reader.readFast()) ?? {};
    if (frequencyHz === undefined) return false;
    const judged = judgeFrequency(this.#quality, { frequencyHz, monoMs }, this.#rules);
    this.#quality = judged.state;
    const { verdict } = judged;
    this.#doubt = verdict.quality === "good" ? undefined : verdict.doubt;
    onFrequency({ atMs, frequencyHz, ...verdict });
    this.tellStatus();
    return this.#isRereadWanted(frequencyHz, verdict);
  }

  #isRereadWanted(frequencyHz: number, { quality }: Verdict): boolean {
    if (quality === "suspect") return true;
    return this.#rereadBelowHz !== undefined && frequencyHz <= this.#rereadBelowHz;
  }

  async #readBeside(untilMonoMs: number): Promise<void> {
    const done = await this.#reader.readBeside(untilMonoMs);
    if (done === undefined) return;
    this.#quality = notePower(this.#quality, done.reading, done.startedMonoMs);
    this.#options.onReading(payloadOf(done.reading, done.startedAtMs, this.#rules.nominalV));
    this.tellStatus();
  }
}

function payloadOf(reading: MeterReading, atMs: number, nominalV: number): PowerReading {
  const { frequencyHz: _, ...rest } = reading;
  const voltagesV = phaseVoltages(reading);
  if (voltagesV.length === 0) return { atMs, ...rest };
  const voltageMinRatio = Math.min(...voltagesV) / nominalV;
  const voltageMaxRatio = Math.max(...voltagesV) / nominalV;
  return { atMs, ...rest, voltageMinRatio, voltageMaxRatio };
}
