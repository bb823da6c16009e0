import { kilowatts, milliseconds, secret } from "@ballast/contracts";
import { expect, test } from "@jest/globals";
import * as z from "zod";
import { fieldsOf, unitInWords } from "./fields.ts";

test("a field carries its unit, its default and its sentence", () => {
  const schema = z.strictObject({
    limitKw: kilowatts("No more."),
    waitMs: milliseconds("How long.").default(5_000),
    note: z.string().optional(),
    token: secret("For the gateway."),
  });
  const seen = fieldsOf(schema).map(({ path, type, unit, isRequired, default: value }) => [
    path,
    type,
    unit,
    isRequired,
    value,
  ]);
  expect(seen).toEqual([
    ["limitKw", "number", "kW", true, undefined],
    ["waitMs", "integer", "ms", false, 5_000],
    ["note", "string", undefined, false, undefined],
    ["token", "string", undefined, true, undefined],
  ]);
  expect(fieldsOf(schema)[0]?.description).toBe("No more.");
});

test("lists, records and choices are followed to their leaves", () => {
  const schema = z.object({
    meters: z.array(z.object({ powerKw: kilowatts("Per meter.") })),
    caps: z.record(z.string(), z.object({ capKw: kilowatts("Per source.") })),
    steps: z.array(kilowatts("Each step.")),
    limits: z.record(z.string(), kilowatts("Each limit.")),
    mode: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("off") }),
      z.object({ kind: z.literal("on"), limitKw: kilowatts("While on.") }),
    ]),
  });
  expect(fieldsOf(schema).map(({ path, type, unit }) => `${path}: ${type} ${unit ?? ""}`)).toEqual([
    "meters: object[] ",
    "meters[].powerKw: number kW",
    "caps: map of object ",
    "caps.*.capKw: number kW",
    "steps: number[] kW",
    "limits: map of number kW",
    "mode: object ",
    'mode.kind: "off" | "on" ',
    "mode.limitKw: number kW",
  ]);
});

test.each([
  ["kW", "kW"],
  ["at-ms", "ms since 1970"],
  ["1", ""],
  ["count", ""],
  [undefined, ""],
])("the unit %s is shown as %j", (unit, expected) => {
  expect(unitInWords({ unit })).toBe(expected);
});
