import type { Clock, Fault, Log, Metrics, Random } from "@ballast/kernel";
import type { OpenModbus } from "@ballast/modbus";
import type { MeterDriver } from "../define-meter.ts";
import { decodeBlock, type PlannedRead, planMeter } from "../plan-meter.ts";
import type { MeterReading, Quantity } from "../quantities.ts";
import type { MeterPlace } from "./meter-place.ts";
import { type MeterSession, openSession } from "./meter-session.ts";
import { reconnectWaitMs } from "./reconnect.ts";
import {
  nextRound,
  type SlowPlan,
  type SlowRound,
  withAnswer,
  withoutRefused,
} from "./slow-round.ts";

export interface MeterReaderOptions {
  readonly meter: MeterPlace;
  readonly openModbus: OpenModbus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface FinishedRound {
  readonly reading: MeterReading;
  readonly startedMonoMs: number;
  readonly startedAtMs: number;
}

/** Keeps one connection alive and asks one thing at a time. Undefined means: no answer now. */
export interface MeterReader {
  /** Connects where there is no connection and it is time to try. */
  isReady(): Promise<boolean>;
  readFast(): Promise<MeterReading | undefined>;
  /** Requests beside the frequency, none begun after that moment; a round once it is complete. */
  readBeside(untilMonoMs: number): Promise<FinishedRound | undefined>;
  report(): MeterReport;
  close(): void;
}

export interface MeterReport {
  readonly fault: Fault | undefined;
  readonly readCount: number;
  readonly failedCount: number;
}

const busyPauseMs = 100;
const failingPauseMs = 500;
const refusedPauseMs = 5_000;
/** A gateway that restarts refuses what it will know again; what was given up is tried anew. */
const refusedRetryMs = 10_000;

export const meterReader = (options: MeterReaderOptions): MeterReader => new Reader(options);

class Reader implements MeterReader {
  readonly #options: MeterReaderOptions;
  #session: MeterSession | undefined;
  #fast: PlannedRead | undefined;
  #plan: SlowPlan = { everySecond: [], everyMinute: [] };
  #refusedMonoMs: number | undefined;
  readonly #refusedAddresses = new Set<number>(); // Since the connection; each is logged once.
  #round: (SlowRound & { readonly startedAtMs: number }) | undefined;
  #energyMonoMs: number | undefined;
  #waitUntilMonoMs = 0;
  #failedInRowCount = 0;
  #readCount = 0;
  #failedCount = 0;
  #fault: Fault | undefined;
  #isClosed = false;

  constructor(options: MeterReaderOptions) {
    this.#options = options;
  }

  report(): MeterReport {
    return { fault: this.#fault, readCount: this.#readCount, failedCount: this.#failedCount };
  }

  close(): void {
    this.#isClosed = true;
    void this.#session?.link.close();
    this.#session = undefined;
  }

  async isReady(): Promise<boolean> {
    if (this.#isClosed) return false;
    if (this.#options.clock.monotonicMs() < this.#waitUntilMonoMs) return false;
    if (this.#session !== undefined) return true;
    const opened = await openSession(this.#options.meter, this.#options);
    if (!opened.ok) {
      this.#noteFault(opened.fault);
      this.#waitToReconnect();
      return false;
    }
    if (this.#isClosed) {
      void opened.value.link.close();
      return false;
    }
    this.#adopt(opened.value);
    return true;
  }

  async readFast(): Promise<MeterReading | undefined> {
    const reading = this.#fast && (await this.#ask(this.#fast));
    if (reading !== undefined) this.#failedInRowCount = 0;
    return reading;
  }

  async readBeside(untilMonoMs: number): Promise<FinishedRound | undefined> {
    const { clock } = this.#options;
    this.#startRound();
    do {
      const [next] = this.#round?.pending ?? [];
      const answer = next && (await this.#ask(next));
      if (answer === undefined || this.#round === undefined) return undefined;
      this.#round = { ...this.#round, ...withAnswer(this.#round, answer) };
      const { pending, reading, startedMonoMs, startedAtMs } = this.#round;
      if (pending.length === 0) return { reading, startedMonoMs, startedAtMs };
    } while (clock.monotonicMs() < untilMonoMs);
    return undefined;
  }

  #startRound(): void {
    const { clock } = this.#options;
    const nowMonoMs = clock.monotonicMs();
    const refusedForMs = nowMonoMs - (this.#refusedMonoMs ?? nowMonoMs);
    if (refusedForMs >= refusedRetryMs && this.#session !== undefined) {
      this.#planFor(this.#session.driver);
    }
    const next = nextRound(this.#round, this.#energyMonoMs, nowMonoMs, this.#plan);
    if (next === undefined) return;
    this.#round = { ...next.round, startedAtMs: clock.wallMs() };
    if (next.hasEnergy) this.#energyMonoMs = nowMonoMs;
  }

  #adopt(session: MeterSession): void {
    const { driver } = session;
    this.#session = session;
    [this.#fast] = planMeter(driver, "fast");
    this.#planFor(driver);
    this.#round = undefined;
    this.#energyMonoMs = undefined;
    this.#refusedAddresses.clear();
  }

  #planFor(driver: MeterDriver): void {
    this.#plan = {
      everySecond: planMeter(driver, "second"),
      everyMinute: planMeter(driver, "minute"),
    };
    this.#refusedMonoMs = undefined;
  }

  async #ask(read: PlannedRead): Promise<MeterReading | undefined> {
    const session = this.#session;
    if (session === undefined) return undefined;
    const { clock, meter, metrics } = this.#options;
    const askedMonoMs = clock.monotonicMs();
    const words = await session.link.read(read.request);
    if (this.#isClosed) return undefined;
    const labels = { meter: meter.id };
    if (!words.ok) {
      this.#handle(words.fault, read, session);
      return undefined;
    }
    metrics.observe(
      "ballast_meter_read_seconds",
      (clock.monotonicMs() - askedMonoMs) / 1_000,
      labels,
    );
    this.#readCount += 1;
    if (read === this.#fast) this.#noteAnswer();
    return decodeBlock(session.driver, read.quantities, { ...read.request, words: words.value });
  }

  #waitToReconnect(): void {
    const { clock, random } = this.#options;
    this.#session = undefined;
    this.#failedInRowCount += 1;
    this.#waitUntilMonoMs = clock.monotonicMs() + reconnectWaitMs(this.#failedInRowCount, random);
  }

  #handle(fault: Fault, read: PlannedRead, session: MeterSession): void {
    const isRefused = fault.code === "device.unsupported";
    if (isRefused && read !== this.#fast) {
      this.#giveUp(fault, read, session.driver);
      return;
    }
    this.#noteFault(fault);
    if (!session.link.isOpen()) {
      this.#waitToReconnect();
      return;
    }
    const isBusy = fault.code === "device.busy";
    const pauseMs = isRefused ? refusedPauseMs : isBusy ? busyPauseMs : failingPauseMs;
    this.#waitUntilMonoMs = this.#options.clock.monotonicMs() + pauseMs;
  }

  /** Goes on without these registers; the frequency and the other values are not to suffer. */
  #giveUp(fault: Fault, read: PlannedRead, driver: MeterDriver): void {
    const { clock, log, meter } = this.#options;
    this.#countFailure(fault);
    const { address, wordCount } = read.request;
    if (!this.#refusedAddresses.has(address)) {
      log.warn("meter-refuses", { meter: meter.id, address, wordCount, detail: fault.detail });
    }
    this.#refusedAddresses.add(address);
    this.#refusedMonoMs ??= clock.monotonicMs();
    const planOne = (quantity: Quantity) =>
      (["second", "minute"] as const).flatMap((every) => planMeter(driver, every, [quantity]));
    const without = (reads: readonly PlannedRead[]) => withoutRefused(reads, read, planOne);
    const { everySecond, everyMinute } = this.#plan;
    this.#plan = { everySecond: without(everySecond), everyMinute: without(everyMinute) };
    if (this.#round !== undefined) {
      this.#round = { ...this.#round, pending: without(this.#round.pending) };
    }
  }

  #countFailure({ code }: Fault): void {
    const { meter, metrics } = this.#options;
    this.#failedCount += 1;
    metrics.count("ballast_meter_failed_total", { meter: meter.id, code });
  }

  #noteFault(fault: Fault): void {
    const { log, meter } = this.#options;
    this.#countFailure(fault);
    if (fault.code !== this.#fault?.code) {
      log.warn("meter-trouble", { meter: meter.id, code: fault.code, detail: fault.detail });
    }
    this.#fault = fault;
  }

  #noteAnswer(): void {
    if (this.#fault !== undefined) {
      this.#options.log.info("meter-answers", { meter: this.#options.meter.id });
    }
    this.#fault = undefined;
  }
}
