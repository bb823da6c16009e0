import { kilowatts, milliseconds, ratio, sensorRole, slug, text, volts } from "@ballast/contracts";
import { adjustMeter, driverOf, MeterPlaceSettings } from "@ballast/meter-drivers";
import { kindOf, sensorKinds } from "@ballast/sensor-drivers";
import * as z from "zod";
import { settingsFor } from "./core/settings-for.ts";
import { BalanceConfig, ProofConfig, SupplyConfig, supplyProblems } from "./supply-config.ts";

const sensorsMax = 1_000;
const brokersMax = 16;

export const BrokerConfig = z.strictObject({
  id: slug("Name of the broker in this section."),
  url: z
    .string()
    .regex(/^mqtts?:\/\//, "starts with mqtt:// or mqtts://")
    .meta({ description: "A broker beside the site's own, where sensors speak." }),
  username: text("User on that broker.").optional(),
  passwordFile: text("A file that holds its password.").optional(),
});
export type BrokerConfig = z.infer<typeof BrokerConfig>;

/** Read over Modbus TCP by this service itself; all other kinds speak MQTT. */
export const modbusKind = "modbus";

const kindIds = [...sensorKinds.map(({ id }) => id), modbusKind] as const;

const factor = (description: string) => ratio(description).positive();

export const SensorConfig = z
  .strictObject({
    id: slug("Name of the sensor on the bus."),
    kind: z.enum(kindIds).meta({
      description: "What it is; each kind and its settings: docs/generated/sensors.md.",
    }),
    role: sensorRole.meta({
      description:
        "What its power stands for: a supply, the whole site, a feeder of miners, or something else.",
    }),
    feeder: slug("The feeder that it measures; required where the role is miners.").optional(),
    settings: z.record(z.string(), z.unknown()).default({}).meta({
      description: "Of its kind. {id} in any text becomes the sensor's id.",
    }),
    broker: slug("Which of `brokers` it speaks on; the site's own where left out.").optional(),
    intervalMs: milliseconds("How often it speaks; the usual for its kind where left out.")
      .min(100)
      .max(3_600_000)
      .optional(),
    nominalV: volts("Phase to neutral, after ratios; 230, and unchecked for DC sensors.")
      .positive()
      .optional(),
    currentTransformerRatio: factor("Multiplies currents and power.").default(1),
    voltageTransformerRatio: factor("Multiplies voltages and power.").default(1),
    isReversed: z
      .boolean()
      .default(false)
      .meta({ description: "It counts import as negative: its transformer looks the other way." }),
    calibrationFactorRatio: factor("Multiplies power and energy; ask `npm run calibrate`.")
      .min(0.1)
      .max(10)
      .default(1),
    calibrationOffsetKw: kilowatts("Added to power after the factor.").default(0),
    isDcSupply: z.boolean().default(false).meta({
      description:
        "What it measures is direct current. An INA219 sees at most 26 V and 3.2 A of DC, and no mains, ever: without this it may not stand for the site, a supply or miners.",
    }),
  })
  .superRefine((sensor, context) => {
    for (const { path, message } of problemsOf(sensor)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });
export type SensorConfig = z.infer<typeof SensorConfig>;

export const PowerSensorsConfig = z
  .strictObject({
    brokers: z.array(BrokerConfig).max(brokersMax).default([]),
    sensors: z.array(SensorConfig).max(sensorsMax).default([]),
    supply: SupplyConfig.optional(),
    balance: BalanceConfig.prefault({}),
    proof: ProofConfig.prefault({}),
  })
  .superRefine(({ brokers, sensors, supply }, context) => {
    const twice = (ids: readonly string[]) => ids.find((id, index) => ids.indexOf(id) !== index);
    const brokerIds = brokers.map(({ id }) => id);
    const lists = { brokers: brokerIds, sensors: sensors.map(({ id }) => id) };
    for (const [name, ids] of Object.entries(lists)) {
      const id = twice(ids);
      if (id === undefined) continue;
      context.addIssue({ code: "custom", path: [name], message: `two have the id ${id}` });
    }
    for (const [index, { broker }] of sensors.entries()) {
      if (broker === undefined || brokerIds.includes(broker)) continue;
      const message = `is none of brokers: ${brokerIds.join(", ") || "there are none"}`;
      context.addIssue({ code: "custom", path: ["sensors", index, "broker"], message });
    }
    for (const message of supply === undefined ? [] : supplyProblems(supply, sensors)) {
      context.addIssue({ code: "custom", path: ["supply"], message });
    }
  });
export type PowerSensorsConfig = z.infer<typeof PowerSensorsConfig>;

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Sensor = Pick<
  SensorConfig,
  "id" | "kind" | "role" | "feeder" | "settings" | "broker" | "isDcSupply"
>;

function problemsOf(sensor: Sensor): readonly Problem[] {
  const { kind, role, feeder, broker, isDcSupply } = sensor;
  const problems = [...settingsProblems(sensor)];
  if (role === "miners" && feeder === undefined) {
    problems.push({ path: ["feeder"], message: "name the feeder of the miners that it measures" });
  }
  if (kind === modbusKind && broker !== undefined) {
    problems.push({ path: ["broker"], message: "a modbus meter speaks on no broker" });
  }
  if (kindOf(kind)?.isDcOnly === true && role !== "other" && !isDcSupply) {
    const message = `this sensor measures direct current up to 26 V and 3.2 A, and cannot measure mains; if what it stands for really is such a DC rail, say isDcSupply: true, else give it the role other`;
    problems.push({ path: ["role"], message });
  }
  return problems;
}

function settingsProblems({ id, kind, settings }: Sensor): readonly Problem[] {
  const own = settingsFor(id, settings);
  const schema = kind === modbusKind ? MeterPlaceSettings : kindOf(kind)?.settings;
  const checked = schema?.safeParse(own);
  if (checked === undefined || checked.success) {
    return kind === modbusKind ? unsettledProblems(own) : [];
  }
  return checked.error.issues.map(({ path, message }) => ({
    path: ["settings", ...path],
    message: `${message} (kind ${kind}; its settings are in docs/generated/sensors.md)`,
  }));
}

/** The frequency of a power sensor is shown only; all else must be known. */
function unsettledProblems(settings: unknown): readonly Problem[] {
  const { driver, adjustments } = MeterPlaceSettings.parse(settings);
  const table = driverOf(driver);
  const unsettled = table === undefined ? [] : adjustMeter(table, adjustments).unsettled;
  return unsettled
    .filter((quantity) => quantity !== "frequencyHz")
    .map((quantity) => ({
      path: ["settings", "adjustments", "registers", quantity],
      message: "state this register: it differs between sites",
    }));
}
