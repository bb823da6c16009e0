import { type Field, fieldsOf } from "@ballast/gen";
import type * as z from "zod";

/** How a name must end for each unit that a schema can carry. */
const suffixOf: Readonly<Record<string, string>> = {
  Hz: "Hz",
  "Hz/s": "HzPerS",
  kW: "Kw",
  "kW/s": "KwPerS",
  kvar: "Kvar",
  kWh: "Kwh",
  W: "W",
  V: "V",
  A: "A",
  "°C": "C",
  "TH/s": "Ths",
  rpm: "Rpm",
  ms: "Ms",
  "at-ms": "AtMs",
  "1": "Ratio",
  MB: "Mb",
  months: "Months",
  "1/kWh": "PerKwh",
  count: "Count",
  port: "Port",
  id: "Id",
  address: "Address",
  scale: "Scale",
};

export const unitProblems = (schema: z.ZodType): readonly string[] =>
  fieldsOf(schema).filter(isNumber).flatMap(problemWith);

const isNumber = ({ type }: Field): boolean =>
  type.split(" | ").some((part) => /\b(?:number|integer)\b|^-?\d+(?:\.\d+)?$/.test(part));

function problemWith({ path, unit }: Field): readonly string[] {
  const name = path.split(".").at(-1) ?? path;
  const suffix = suffixOf[unit ?? ""];
  if (suffix === undefined) return [`${path}: a number needs a known unit, and has ${unit}`];
  // A duration that is called like an instant would be read as one.
  const isInstantName = unit === "ms" && name.endsWith("AtMs");
  const isWhole = name === suffix.charAt(0).toLowerCase() + suffix.slice(1);
  if ((name.endsWith(suffix) || isWhole) && !isInstantName) return [];
  return [`${path}: ${unit} wants the suffix ${suffix}`];
}
