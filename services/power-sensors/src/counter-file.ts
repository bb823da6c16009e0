import { type Cancel, type Clock, jsonIn, type Log, type Storage } from "@ballast/kernel";
import * as z from "zod";
import type { Counter } from "./core/counter.ts";
import { type SensorState, unknownSensor } from "./core/sensor-state.ts";
import type { SensorBook } from "./sensor-book.ts";

const fileName = "energy.json";
const savePeriodMs = 60_000;

const countKwh = z.number().nonnegative();
const Counters = z.record(
  z.string(),
  z.record(z.string(), z.strictObject({ offsetKwh: countKwh, lastKwh: countKwh })),
);
export type SavedCounters = Readonly<Record<string, Readonly<Record<string, Counter>>>>;

/** What sensors had counted before this start: energy does not fall with a restart either. */
export async function readCounters(storage: Storage, log: Log): Promise<SavedCounters> {
  const read = await storage.read(fileName);
  if (!read.ok) log.warn("energy-counters-unreadable", { detail: read.fault.detail });
  if (!read.ok || read.value === undefined) return {};
  const parsed = Counters.safeParse(jsonIn(new TextDecoder().decode(read.value)));
  if (!parsed.success) log.warn("energy-counters-unreadable", { detail: parsed.error.message });
  return parsed.success ? parsed.data : {};
}

/** A sensor as it is known at a start: nothing but its counters. */
export const stateFrom = (saved: SavedCounters, sensorId: string): SensorState => ({
  ...unknownSensor,
  counters: saved[sensorId] ?? {},
});

/** Keeps the counters of all sensors on disk, at most a minute old. */
export function saveCounters(book: SensorBook, storage: Storage, clock: Clock): Cancel {
  let savedText = "";
  return clock.every(savePeriodMs, "save-counters", async () => {
    const text = JSON.stringify(book.counters());
    if (text === savedText) return;
    const replaced = await storage.replace(fileName, new TextEncoder().encode(text));
    if (replaced.ok) savedText = text;
  });
}
