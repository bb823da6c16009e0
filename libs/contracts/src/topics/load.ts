import * as z from "zod";
import { defineTopic } from "../define-topic.ts";
import {
  atMs,
  hertz,
  hertzPerSecond,
  instant,
  kilowatts,
  milliseconds,
  slug,
  text,
} from "../quantities.ts";
import { meterState, sampleQuality } from "./grid.ts";

export const loadCap = defineTopic({
  address: "ballast/v1/load/caps/{source}",
  kind: "state",
  publishers: ["load-controller", "site-tools"],
  summary: "A ceiling for the miners' power from one source, with its reason and its end.",
  maxAgeMs: undefined, // Ends by its own expiry.
  payload: z.object({
    atMs,
    capKw: kilowatts("No more than this.").min(0),
    reason: text("For people: who wants it, and why."),
    expiresAtMs: instant("From then on it counts for nothing."),
  }),
});

/** Which of the caps is the lowest and so decides. `none` means the full rating is allowed. */
export const capName = z.union([
  z.enum(["none", "frequency", "voltage", "supply", "boot"]),
  z.templateLiteral(["caps/", z.string()]),
]);

/** Where the frequency law stands. */
export const gridPhase = z.enum([
  "normal",
  "shedding",
  "holding",
  "restoring",
  "degraded",
  "lost",
  "recovering",
]);
export type GridPhase = z.infer<typeof gridPhase>;

export const loadTarget = defineTopic({
  address: "ballast/v1/load/target",
  kind: "state",
  publishers: ["load-controller"],
  summary: "The power that all miners together may draw from now on.",
  maxAgeMs: 1_000, // Written every 200 ms; whoever misses five must not wait for a sixth.
  payload: z.object({
    atMs,
    targetKw: kilowatts("Ceiling for the sum over all miners.").min(0),
    supplyKw: kilowatts(
      "What the supply leaves for miners, where the site follows it: miners that start draw more than their rating, and must fit under this.",
    )
      .min(0)
      .optional(),
    binding: capName,
    phase: gridPhase,
    decisionId: text("The decision that set this value."),
  }),
});

export const loadDecision = defineTopic({
  address: "ballast/v1/load/decision",
  kind: "event",
  publishers: ["load-controller"],
  summary: "Why the target changed: the picture, every cap, the binding one, the result.",
  maxAgeMs: undefined,
  payload: z.object({
    atMs,
    decisionId: text("Unique; readers drop duplicates by it."),
    reason: text("The rule that moved the target."),
    phase: gridPhase,
    targetKw: kilowatts("The result.").min(0),
    targetBeforeKw: kilowatts("What held until now.").min(0),
    binding: capName,
    caps: z.array(z.object({ name: capName, capKw: kilowatts("This cap's ceiling.") })).max(64),
    frequencyHz: hertz("The frequency that decided.").optional(),
    slopeHzPerS: hertzPerSecond("Rate of change, where it could be told.").optional(),
    meters: z
      .array(
        z.object({
          meterId: slug("Which meter."),
          state: meterState,
          quality: sampleQuality.optional(),
          ageMs: milliseconds("Age of its last good sample.").optional(),
        }),
      )
      .max(8),
  }),
});
