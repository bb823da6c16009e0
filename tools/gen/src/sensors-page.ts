import { MeterPlaceSettings } from "@ballast/meter-drivers";
import { sensorKinds } from "@ballast/sensor-drivers";
import type * as z from "zod";
import { defaultInWords } from "./configuration-page.ts";
import { fieldsOf, unitInWords } from "./fields.ts";
import { code, page, table } from "./markdown.ts";

const modbus = {
  id: "modbus",
  label: "Any meter of the collection, asked over Modbus TCP",
  source: "libs/meter-drivers",
  tier: "as its meter",
  intervalMs: 1_000,
  settings: MeterPlaceSettings,
} as const;

/** Every kind of power sensor, with the `settings` that it takes. */
export const sensorsPage = (): string =>
  page(
    "Sensors",
    "Kinds of power sensors, for `power-sensors.sensors[].kind`. What each can and cannot measure: " +
      "[sensors](../sensors.md).",
    table(
      ["Kind", "What it is", "Speaks every", "Facts from", "Sure"],
      [...sensorKinds, modbus].map(({ id, label, intervalMs, source, tier }) => [
        code(id),
        label,
        `${intervalMs / 1_000} s`,
        source,
        tier,
      ]),
    ),
    ...[...sensorKinds, modbus].map(({ id, settings }) => settingsOf(id, settings)),
  );

function settingsOf(id: string, settings: z.ZodType): string {
  const rows = fieldsOf(settings).map((field) => [
    code(field.path),
    field.type,
    defaultInWords(field),
    unitInWords(field),
    field.description,
  ]);
  return [`## ${id}`, table(["Setting", "Type", "Default", "Unit", "Meaning"], rows)].join("\n\n");
}
