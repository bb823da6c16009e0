import * as z from "zod";
import { defineTopic } from "../define-topic.ts";
import {
  amperes,
  atMs,
  count,
  hertz,
  instant,
  kilovars,
  kilowattHours,
  kilowatts,
  ratio,
  slug,
  text,
  volts,
} from "../quantities.ts";
import { sampleQuality } from "./grid.ts";

/** What a sensor stands for in the site's balance of power. */
export const sensorRole = z.enum(["supply", "site", "miners", "other"]);
export type SensorRole = z.infer<typeof sensorRole>;

/** Why a sample is not good. */
export const sensorDoubt = z.enum([
  "retained",
  "stale",
  "offline",
  "out-of-range",
  "inconsistent",
  "stuck",
  "device-fault",
]);
export type SensorDoubt = z.infer<typeof sensorDoubt>;

export const powerSample = defineTopic({
  address: "ballast/v1/power/{sensorId}/sample",
  kind: "sample",
  publishers: ["power-sensors"],
  summary: "What one sensor measured, in one shape. What it did not say is not there.",
  maxAgeMs: 60_000,
  payload: z.object({
    atMs,
    role: sensorRole,
    feeder: slug("The feeder that it measures, where it stands for miners.").optional(),
    quality: sampleQuality,
    doubt: sensorDoubt.optional().meta({ description: "Why the quality is not good." }),
    powerKw: kilowatts("Active power; positive from the grid into the site.").optional(),
    availableKw: kilowatts("What a supply could give now, where it says so.").optional(),
    reactiveKvar: kilovars("Reactive power.").optional(),
    powerFactorRatio: ratio("Power factor.").optional(),
    voltageL1V: volts("Phase to neutral; a DC sensor's rail.").optional(),
    voltageL2V: volts("Phase to neutral.").optional(),
    voltageL3V: volts("Phase to neutral.").optional(),
    currentL1A: amperes("Phase current; a DC sensor's rail.").optional(),
    currentL2A: amperes("Phase current.").optional(),
    currentL3A: amperes("Phase current.").optional(),
    frequencyHz: hertz("Shown only: too slow and too coarse to steer by.").optional(),
    energyImportKwh: kilowattHours(
      "Energy drawn; never falls, whatever the device counts.",
    ).optional(),
    energyExportKwh: kilowattHours("Energy fed back; never falls.").optional(),
  }),
});

export const powerSensorStatus = defineTopic({
  address: "ballast/v1/power/{sensorId}/status",
  kind: "state",
  publishers: ["power-sensors"],
  summary: "Whether a sensor can be relied on, and why not.",
  maxAgeMs: 15_000,
  payload: z.object({
    atMs,
    state: z.enum(["good", "suspect", "lost"]),
    reason: text("In words."),
    kind: slug("The kind of sensor."),
    role: sensorRole,
    feeder: slug("The feeder that it measures, where it stands for miners.").optional(),
    heardAtMs: instant("When it last said something new.").optional(),
    acceptedCount: count("Messages understood since the start."),
    rejectedCount: count("Messages refused since the start."),
  }),
});

export const powerSupply = defineTopic({
  address: "ballast/v1/power/supply",
  kind: "state",
  publishers: ["power-sensors"],
  summary:
    "The power that is available, what the rest of the site takes, and what is left for miners.",
  maxAgeMs: 5_000,
  payload: z.object({
    atMs,
    state: z.enum(["covered", "deficit", "holding", "decaying", "unknown"]).meta({
      description:
        "`deficit`: more is drawn than there is. `holding`: more is there, for less than the wait. `decaying`: sensors are lost and the allowance falls.",
    }),
    reason: text("In words: what binds."),
    capKw: kilowatts("Ceiling for all miners together.").min(0),
    allowKw: kilowatts("What the site may draw in all."),
    reserveKw: kilowatts("Of it, kept free."),
    otherKw: kilowatts("Of it, taken by what is no miner."),
    siteKw: kilowatts("What the site draws, measured.").optional(),
    minersKw: kilowatts("What the miners draw: by their feeders, else by themselves.").optional(),
  }),
});

export const feederProof = defineTopic({
  address: "ballast/v1/power/feeders/{feederId}/proof",
  kind: "state",
  publishers: ["power-sensors"],
  summary: "Whether a feeder draws what its miners were told to draw.",
  maxAgeMs: 10_000,
  payload: z.object({
    atMs,
    state: z.enum(["follows", "settling", "above", "below", "unknown"]).meta({
      description:
        "`settling`: soon after a command, or while miners that start and tune draw more than their label.",
    }),
    commandedKw: kilowatts("Nameplate of those told to run, and standby of the others."),
    measuredKw: kilowatts("What it draws.").optional(),
    toleranceKw: kilowatts("How far it may be off."),
    sinceAtMs: instant("When this state began."),
    commandsAtMs: instant("Of the feeder's commands that were judged."),
  }),
});
