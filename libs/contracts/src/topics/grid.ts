import * as z from "zod";
import { defineTopic } from "../define-topic.ts";
import {
  amperes,
  atMs,
  count,
  hertz,
  kilovars,
  kilowattHours,
  kilowatts,
  ratio,
  slug,
  text,
  volts,
} from "../quantities.ts";

/** How far a frequency may be trusted. Only `good` ones decide; the others are shown. */
export const sampleQuality = z.enum(["good", "suspect", "bad"]);
export type SampleQuality = z.infer<typeof sampleQuality>;

export const sampleDoubt = z.enum([
  "out-of-range",
  "jump",
  "frozen",
  "dead-bus",
  "voltage-unknown",
  "not-commissioned",
]);
export type SampleDoubt = z.infer<typeof sampleDoubt>;

export const gridFrequency = defineTopic({
  address: "ballast/v1/grid/{meterId}/frequency",
  kind: "sample",
  publishers: ["grid-meter"],
  summary: "Grid frequency at the connection point, and how far to trust it.",
  maxAgeMs: 1_500,
  payload: z.object({
    atMs,
    frequencyHz: hertz("As read; judge it by its quality."),
    quality: sampleQuality,
    doubt: sampleDoubt.optional().meta({ description: "Why the quality is not good." }),
  }),
});

export const gridReading = defineTopic({
  address: "ballast/v1/grid/{meterId}/reading",
  kind: "sample",
  publishers: ["grid-meter"],
  summary: "Voltage, current, power and energy at the connection point; import is positive.",
  maxAgeMs: 5_000,
  payload: z.object({
    atMs,
    voltageL1V: volts("Phase to neutral.").optional(),
    voltageL2V: volts("Phase to neutral.").optional(),
    voltageL3V: volts("Phase to neutral.").optional(),
    currentL1A: amperes("Phase current.").optional(),
    currentL2A: amperes("Phase current.").optional(),
    currentL3A: amperes("Phase current.").optional(),
    voltageMinRatio: ratio("The lowest phase voltage, of nominal.").optional(),
    voltageMaxRatio: ratio("The highest phase voltage, of nominal.").optional(),
    powerKw: kilowatts("Active power, all phases.").optional(),
    reactiveKvar: kilovars("Reactive power, all phases.").optional(),
    powerFactorRatio: ratio("Power factor, all phases.").optional(),
    energyImportKwh: kilowattHours("Counter of energy drawn.").optional(),
    energyExportKwh: kilowattHours("Counter of energy fed back.").optional(),
  }),
});

export const meterState = z.enum(["good", "degraded", "lost", "dead-bus"]);
export type MeterState = z.infer<typeof meterState>;

export const gridStatus = defineTopic({
  address: "ballast/v1/grid/{meterId}/status",
  kind: "state",
  publishers: ["grid-meter"],
  summary: "Whether a meter's frequency can steer the load, and why not.",
  maxAgeMs: 5_000,
  payload: z.object({
    atMs,
    state: meterState,
    reason: text("In words."),
    driver: slug("The meter's table."),
    isCommissioned: z.boolean().meta({ description: "An engineer confirmed its decoding." }),
    resolutionHz: hertz("The smallest step it can show."),
    readCount: count("Requests answered since start."),
    failedCount: count("Requests not answered, or answered wrongly, since start."),
  }),
});
