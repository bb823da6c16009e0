import type { Cancel, Clock, Log, Metrics, Random } from "@ballast/kernel";
import {
  configuredDriver,
  type MeterPlace,
  type MeterReader,
  meterReader,
  type Quantity,
  quantities,
} from "@ballast/meter-drivers";
import type { OpenModbus } from "@ballast/modbus";
import type { SensorConfig } from "./config.ts";
import type { KindFacts } from "./core/sensor-rules.ts";
import { takeUpdate } from "./core/sensor-state.ts";
import type { SensorBook } from "./sensor-book.ts";
import type { Tally } from "./tally.ts";

/** Of a Modbus meter, as the rules see it. */
export const modbusFacts: KindFacts = {
  intervalMs: 1_000,
  isDcOnly: false,
  isCacheRepeated: false,
};

/** A configured sensor that is asked over Modbus TCP. */
export interface Meter {
  readonly sensor: SensorConfig;
  readonly place: MeterPlace;
  readonly intervalMs: number;
}

export interface ModbusIngestOptions {
  readonly meters: readonly Meter[];
  readonly openModbus: OpenModbus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly book: SensorBook;
  readonly tally: Tally;
  readonly onUpdate: (sensorId: string) => void;
}

/** What a meter tells that nobody needs to settle first. */
export function quantitiesOf(place: MeterPlace): readonly Quantity[] {
  const { reads, unsettled } = configuredDriver(place);
  return quantities.filter((name) => reads[name] !== undefined && !unsettled.includes(name));
}

export function openModbusIngest(options: ModbusIngestOptions): Cancel {
  const cancels = options.meters.map((meter) => readMeter(meter, options));
  return () => {
    for (const cancel of cancels) cancel();
  };
}

function readMeter(meter: Meter, options: ModbusIngestOptions): Cancel {
  const { place, intervalMs } = meter;
  const { clock, random, openModbus, log, metrics } = options;
  const reader = meterReader({
    meter: place,
    openModbus,
    clock,
    random: random.fork(place.id),
    log,
    metrics,
  });
  const told = quantitiesOf(place);
  const cancel = clock.every(intervalMs, "read-sensor", () => poll(reader, told, meter, options));
  return () => {
    cancel();
    reader.close();
  };
}

async function poll(
  reader: MeterReader,
  told: readonly Quantity[],
  { sensor, intervalMs }: Meter,
  { clock, book, tally, onUpdate }: ModbusIngestOptions,
): Promise<void> {
  const { failedCount } = reader.report();
  const isReady = await reader.isReady();
  const isFrequencyTold = isReady && told.includes("frequencyHz");
  const { frequencyHz } = (isFrequencyTold && (await reader.readFast())) || {};
  const round = isReady ? await reader.readBeside(clock.monotonicMs() + intervalMs) : undefined;
  if (reader.report().failedCount > failedCount) tally.count(sensor.id, "unanswered");
  if (round === undefined) return;
  const { frequencyHz: _, ...values } = round.reading;
  const update = {
    values: { ...values, ...(frequencyHz !== undefined && { frequencyHz }) },
    refused: [],
    availability: undefined,
    deviceAtMs: undefined,
    deviceFault: undefined,
  };
  // As old as the first request: a sample may look older than it is, never younger.
  const { startedMonoMs: nowMonoMs, startedAtMs: wallAtMs } = round;
  const arrival = { nowMonoMs, wallAtMs, isRetained: false };
  const taken = book.update(sensor.id, (state, rules) => takeUpdate(state, update, arrival, rules));
  tally.count(sensor.id, taken.outcome);
  if (taken.outcome === "accepted") onUpdate(sensor.id);
}
