import {
  assertDefined,
  type Clock,
  type Log,
  type Metrics,
  type Random,
  type Storage,
} from "@ballast/kernel";
import { MeterPlaceSettings } from "@ballast/meter-drivers";
import type { OpenModbus } from "@ballast/modbus";
import { kindOf } from "@ballast/sensor-drivers";
import { modbusKind, type PowerSensorsConfig, type SensorConfig } from "./config.ts";
import { rulesFor } from "./core/sensor-rules.ts";
import { settingsFor } from "./core/settings-for.ts";
import { readCounters, type SavedCounters, saveCounters, stateFrom } from "./counter-file.ts";
import type { Feed, OpenFeed } from "./feeds.ts";
import { type Meter, modbusFacts, openModbusIngest, quantitiesOf } from "./modbus-ingest.ts";
import { openMqttIngest, type Speaker } from "./mqtt-ingest.ts";
import { SensorBook } from "./sensor-book.ts";
import { Tally } from "./tally.ts";

export interface IngestOptions {
  readonly config: PowerSensorsConfig;
  readonly siteId: string;
  readonly rawBus: Feed;
  readonly openFeed: OpenFeed;
  readonly openModbus: OpenModbus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly storage: Storage;
  /** A sensor said something that the book now holds. */
  readonly onUpdate: (sensorId: string) => void;
}

export interface Ingest {
  readonly book: SensorBook;
  readonly tally: Tally;
  stop(): Promise<void>;
}

/** Everything that brings sensors' values in: brokers and Modbus meters. */
export async function openIngest(options: IngestOptions): Promise<Ingest> {
  const { config, siteId, clock, log, metrics, storage } = options;
  const book = new SensorBook(clock);
  const tally = new Tally(metrics);
  const saved = await readCounters(storage, log);
  const isModbus = ({ kind }: SensorConfig): boolean => kind === modbusKind;
  const meters = config.sensors.filter(isModbus).map((sensor) => addMeter(book, sensor, saved));
  const speakers = config.sensors
    .filter((sensor) => !isModbus(sensor))
    .map((sensor) => addSpeaker(book, sensor, saved));
  const stopMeters = openModbusIngest({ ...options, meters, book, tally });
  const mqtt = await openMqttIngest({
    ...options,
    speakers,
    brokers: config.brokers,
    clientId: `ballast-${siteId}-power-sensors`,
    book,
    tally,
  });
  const stopSaving = saveCounters(book, storage, clock);
  return {
    book,
    tally,
    stop: async () => {
      stopSaving();
      stopMeters();
      await mqtt.stop();
    },
  };
}

function addSpeaker(book: SensorBook, sensor: SensorConfig, saved: SavedCounters): Speaker {
  const kind = assertDefined(kindOf(sensor.kind), "the schema knows every kind");
  const bound = kind.bind(settingsFor(sensor.id, sensor.settings));
  const rules = rulesFor(sensor, kind, bound.quantities);
  book.add(sensor, rules, stateFrom(saved, sensor.id));
  return { sensor, bound, intervalMs: rules.intervalMs };
}

function addMeter(book: SensorBook, sensor: SensorConfig, saved: SavedCounters): Meter {
  const settings = MeterPlaceSettings.parse(settingsFor(sensor.id, sensor.settings));
  const place = { ...settings, id: sensor.id };
  const rules = rulesFor(sensor, modbusFacts, quantitiesOf(place));
  book.add(sensor, rules, stateFrom(saved, sensor.id));
  return { sensor, place, intervalMs: rules.intervalMs };
}
