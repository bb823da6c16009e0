import { ok } from "@ballast/kernel";
import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { jsonFrom, valueAt } from "../json.ts";
import { gather, numberFrom, type RawValue } from "../numbers.ts";
import { topicName } from "../settings.ts";
import { hasFittingUnit, measured, scaleOf, unfitting } from "../units.ts";
import { availabilityFrom, silence, updateOf } from "../update.ts";

const valuesMax = 32;

const path = (description: string) =>
  z
    .string()
    .max(200)
    .regex(/^[^.\s]+(?:\.[^.\s]+){0,7}$/, "names and places, with dots between")
    .meta({ description });

const Value = z
  .strictObject({
    topic: topicName("Where it is said."),
    path: path(
      "Where it stands in the JSON: meters.0.power. Left out, the text is the number.",
    ).optional(),
    ...measured,
    scale: z
      .number()
      .refine((scale) => scale !== 0, "a scale of nothing")
      .default(1)
      .meta({ unit: "scale", description: "Multiplies the number, before its unit counts." }),
    hasDecimalComma: z
      .boolean()
      .default(false)
      .meta({ description: "Texts have a comma where others have a point." }),
  })
  .refine(hasFittingUnit, unfitting);

const Availability = z.strictObject({
  topic: topicName("Where the device's will speaks."),
  path: path("Where the word stands, if in JSON.").optional(),
  online: z.string().min(1).default("online").meta({ description: "The word for there." }),
  offline: z.string().min(1).default("offline").meta({ description: "The word for gone." }),
});

const settings = z.strictObject({
  values: z
    .array(Value)
    .min(1)
    .max(valuesMax)
    .meta({ description: "What the device says, value by value." }),
  availability: Availability.optional().meta({ description: "Its will, where it has one." }),
  timePath: path(
    "Where JSON holds the device's time: a date with zone, or seconds since 1970.",
  ).optional(),
});
type Settings = z.infer<typeof settings>;

/** Any device that says numbers: a node of your own, a gateway, a power plant's controller. */
export const plainJson = defineSensor({
  id: "plain-json",
  label: "Anything that says numbers, bare or in JSON",
  source: "the site's own description of the device",
  tier: "draft",
  settings,
  example: {
    values: [
      { topic: "hydro/plant", path: "available", quantity: "availableKw", unit: "kW" },
      { topic: "hydro/plant", path: "output.0", quantity: "powerKw", unit: "kW", scale: -1 },
    ],
    availability: { topic: "hydro/status" },
    timePath: "time",
  },
  intervalMs: 10_000,
  topics: ({ values, availability }) => [
    ...new Set([
      ...values.map(({ topic }) => topic),
      ...(availability ? [availability.topic] : []),
    ]),
  ],
  quantities: ({ values }) => values.map(({ quantity }) => quantity),
  decode({ topic, text }, { values, availability, timePath }) {
    const told = values.filter((value) => value.topic === topic);
    if (availability?.topic === topic && told.length === 0) {
      return availabilityFrom(wordAt(text, availability.path), availability);
    }
    if (told.length === 0) return silence;
    const needsJson = told.some(({ path: at }) => at !== undefined);
    const json = needsJson ? jsonFrom(text) : ok(undefined);
    if (!json.ok) return json;
    return updateOf(gather(told.map((value) => rawValue(value, text, json.value))), {
      deviceAtMs: timePath === undefined ? undefined : timeFrom(valueAt(json.value, timePath)),
    });
  },
});

function rawValue(value: Settings["values"][number], text: string, json: unknown): RawValue {
  const { quantity, unit, scale, hasDecimalComma } = value;
  return {
    quantity,
    raw: value.path === undefined ? text : valueAt(json, value.path),
    scale: scale * (scaleOf(quantity, unit) ?? 1),
    hasDecimalComma,
  };
}

function wordAt(text: string, at: string | undefined): string {
  if (at === undefined) return text;
  const json = jsonFrom(text);
  const word = json.ok ? valueAt(json.value, at) : undefined;
  return typeof word === "string" || typeof word === "boolean" ? String(word) : "";
}

/** Past this a number counts milliseconds: in seconds it would be the year 5138. */
const secondsMax = 1e11;

function timeFrom(raw: unknown): number | undefined {
  const count = numberFrom(raw);
  if (count !== undefined) return Math.round(count > secondsMax ? count : count * 1_000);
  if (typeof raw !== "string") return undefined;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(raw);
  const atMs = Date.parse(hasZone ? raw : `${raw}Z`);
  return Number.isFinite(atMs) ? atMs : undefined;
}
