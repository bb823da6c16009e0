import { assertDefined } from "@ballast/kernel";
import { kindOf, sensorKinds } from "@ballast/sensor-drivers";
import { expect, test } from "@jest/globals";
import { PowerSensorsConfig } from "./config.ts";

const rack = {
  id: "rack-1",
  kind: "tasmota-energy",
  role: "miners",
  feeder: "rack-1",
  settings: { topic: "rack1" },
};
const rail = { id: "rail", kind: "tasmota-ina219", role: "other", settings: { topic: "pdu3" } };
const meter = {
  id: "hydro",
  kind: "modbus",
  role: "supply",
  settings: { driver: "eastron-sdm630", host: "192.0.2.20" },
};

const problemsOf = (sensors: readonly unknown[], brokers: readonly unknown[] = []) => {
  const checked = PowerSensorsConfig.safeParse({ sensors, brokers });
  return checked.success ? [] : checked.error.issues.map(({ path }) => path.join("."));
};

test.each(sensorKinds.map(({ id }) => ({ id })))("$id is taken with its example", ({ id }) => {
  const { example: settings } = assertDefined(kindOf(id), "it is in the collection");
  expect(problemsOf([{ id: "s", kind: id, role: "other", settings }])).toEqual([]);
});

test.each([
  { name: "what is right", sensors: [rack, rail, meter], path: [] },
  { name: "no feeder", sensors: [{ ...rack, feeder: undefined }], path: ["sensors.0.feeder"] },
  { name: "no settings", sensors: [{ ...rack, settings: {} }], path: ["sensors.0.settings.topic"] },
  {
    name: "a wildcard",
    sensors: [{ ...rack, settings: { topic: "+" } }],
    path: ["sensors.0.settings.topic"],
  },
  { name: "two of a name", sensors: [rack, rack], path: ["sensors"] },
  { name: "an unknown broker", sensors: [{ ...rack, broker: "x" }], path: ["sensors.0.broker"] },
  { name: "a meter on a broker", sensors: [{ ...meter, broker: "b" }], path: ["sensors.0.broker"] },
  { name: "an INA219 as site", sensors: [{ ...rail, role: "site" }], path: ["sensors.0.role"] },
  {
    name: "an INA219 of a DC supply",
    sensors: [{ ...rail, role: "supply", isDcSupply: true }],
    path: [],
  },
  {
    name: "a unit that does not fit",
    sensors: [
      {
        ...rail,
        kind: "plain-json",
        settings: { values: [{ topic: "a", quantity: "powerKw", unit: "V" }] },
      },
    ],
    path: ["sensors.0.settings.values.0.unit"],
  },
  {
    name: "a topic of ours",
    sensors: [
      {
        ...rail,
        kind: "plain-json",
        settings: { values: [{ topic: "ballast/v1/x", quantity: "powerKw", unit: "W" }] },
      },
    ],
    path: ["sensors.0.settings.values.0.topic"],
  },
])("$name", ({ sensors, path }) => {
  expect(problemsOf(sensors, [{ id: "b", url: "mqtt://192.0.2.1" }])).toEqual(path);
});

test("the sentence about an INA219 says what it cannot measure", () => {
  const checked = PowerSensorsConfig.safeParse({ sensors: [{ ...rail, role: "site" }] });
  expect(checked.error?.issues[0]?.message).toMatch(/direct current.*cannot measure mains/);
});
