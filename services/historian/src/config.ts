import {
  count,
  hertz,
  hertzPerSecond,
  isTimezone,
  megabytes,
  milliseconds,
  months,
  pricePerKilowattHour,
  secret,
  slug,
  text,
} from "@ballast/contracts";
import type { Retention } from "@ballast/history";
import { productNames } from "@ballast/history/reports";
import * as z from "zod";
import type { RecorderSettings } from "./core/settings.ts";

/** A month that has just begun must not be the only one. */
const keptMonths = (description: string) =>
  z.union([z.literal("forever"), months(description).int().min(2).max(1_200)]);

/** Cycles, grid events, outages and commands are kept for ever: they are few, and they are asked for. */
export const RetentionSettings = z.strictObject({
  decisionMonths: keptMonths("How long decisions are kept.").default(36),
  sampleMonths: keptMonths("How long the curves of grid events are kept.").default(60),
  minuteMonths: keptMonths("How long minutes of frequency and power are kept.").default(60),
  alertMonths: keptMonths("How long alerts are kept.").default(60),
  minerDayMonths: keptMonths("How long the days of single miners are kept.").default(60),
});

const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "three capitals, for example KES")
  .meta({ description: "Of the prices." });
const price = pricePerKilowattHour("Price of a kilowatt-hour.");
const prices = z.array(price).length(24);

export const TariffSettings = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("flat"), currency, pricePerKwh: price }),
  z.strictObject({
    kind: z.literal("hours"),
    currency,
    workdayPricesPerKwh: prices.meta({ description: "For each hour, from midnight on." }),
    weekendPricesPerKwh: prices
      .meta({ description: "On Saturdays and Sundays, where they differ." })
      .optional(),
  }),
]);

export const HistorianConfig = z.strictObject({
  postgresUrl: secret(
    "The database, as postgres://user:password@host/name; also POSTGRES_URL.",
  ).optional(),
  postgresUrlFile: text("A file that holds the address; also POSTGRES_URL_FILE.").optional(),
  diskMaxMb: megabytes("What may wait on disk while the database is away.")
    .int()
    .min(16)
    .default(1_024),
  batchMaxCount: count("Records that are handed over at once.").min(1).max(10_000).default(2_000),
  shipPeriodMs: milliseconds("How often new records are handed over.").positive().default(1_000),
  retention: RetentionSettings.prefault({}),
  meters: z
    .array(slug("Meter at the connection point."))
    .max(8)
    .meta({ description: "The one to believe first; none: whichever speaks first." })
    .default([]),
  calmBandHz: hertz("Within this much of nominal the grid is calm.").positive().default(0.15),
  slopeMaxHzPerS: hertzPerSecond("A faster change is an event also inside the band.")
    .positive()
    .default(0.1),
  calmForMs: milliseconds("Calm for so long ends an event.").positive().default(60_000),
  timezone: text("Days and tariff hours are counted by its clocks.")
    .refine(isTimezone, { message: "a time zone, for example Africa/Nairobi" })
    .default("UTC"),
  tariff: TariffSettings.optional(),
  product: z.enum(productNames).optional().meta({
    description: "What the site has sold to its grid; reports hold each event against it.",
  }),
});
export type HistorianConfig = z.infer<typeof HistorianConfig>;

export function retentionOf({ retention }: HistorianConfig): Retention {
  const { alertMonths, decisionMonths, minerDayMonths, minuteMonths, sampleMonths } = retention;
  const wishes = {
    decision: decisionMonths,
    gridEventSamples: sampleMonths,
    frequencyMinute: minuteMonths,
    powerMinute: minuteMonths,
    alert: alertMonths,
    minerDay: minerDayMonths,
  };
  return Object.fromEntries(Object.entries(wishes).filter(([, wish]) => wish !== "forever"));
}

export const settingsOf = (
  config: HistorianConfig,
  { nominalHz }: Pick<RecorderSettings, "nominalHz">,
): RecorderSettings => ({
  meters: config.meters,
  nominalHz,
  calmBandHz: config.calmBandHz,
  slopeMaxHzPerS: config.slopeMaxHzPerS,
  calmForMs: config.calmForMs,
  timezone: config.timezone,
  tariff: config.tariff,
});
