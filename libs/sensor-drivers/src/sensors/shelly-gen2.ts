import { fail, type Result } from "@ballast/kernel";
import * as z from "zod";
import { defineSensor, type SensorUpdate } from "../define-sensor.ts";
import { isObject, type JsonObject, objectFrom, valueAt } from "../json.ts";
import { gather, numberFrom } from "../numbers.ts";
import type { SensorQuantity } from "../quantities.ts";
import { topicName } from "../settings.ts";
import { availabilityFrom, silence, updateOf } from "../update.ts";

interface ComponentTable {
  /** Where the energies stand: in a component of their own, or in the same one. */
  readonly counters: string | undefined;
  readonly values: { readonly [Path: string]: readonly [SensorQuantity, number] };
}

const oneChannel = {
  voltage: ["voltageL1V", 1],
  current: ["currentL1A", 1],
  pf: ["powerFactorRatio", 1],
  freq: ["frequencyHz", 1],
} as const;
const ownCounters = {
  apower: ["powerKw", 0.001],
  ...oneChannel,
  "aenergy.total": ["energyImportKwh", 0.001],
  "ret_aenergy.total": ["energyExportKwh", 0.001],
} as const;

/** One parser for all: what differs is what the members of a component are called. */
const tables: { readonly [Component: string]: ComponentTable } = {
  em: {
    counters: "emdata",
    values: {
      total_act_power: ["powerKw", 0.001],
      total_aprt_power: ["apparentKva", 0.001],
      a_voltage: ["voltageL1V", 1],
      b_voltage: ["voltageL2V", 1],
      c_voltage: ["voltageL3V", 1],
      a_current: ["currentL1A", 1],
      b_current: ["currentL2A", 1],
      c_current: ["currentL3A", 1],
      a_freq: ["frequencyHz", 1],
      total_act: ["energyImportKwh", 0.001],
      total_act_ret: ["energyExportKwh", 0.001],
    },
  },
  em1: {
    counters: "em1data",
    values: {
      act_power: ["powerKw", 0.001],
      aprt_power: ["apparentKva", 0.001],
      ...oneChannel,
      total_act_energy: ["energyImportKwh", 0.001],
      total_act_ret_energy: ["energyExportKwh", 0.001],
    },
  },
  switch: { counters: undefined, values: ownCounters },
  pm1: { counters: undefined, values: ownCounters },
};

const settings = z.strictObject({
  prefix: topicName("The device's topic prefix; its id where nobody changed it."),
  component: z
    .string()
    .regex(/^(?:em|em1|switch|pm1):\d$/, "em:0, em1:0, switch:0 or pm1:0, with its number")
    .default("em:0")
    .meta({
      description: "em:0 of a Pro 3EM, em1:0 of an EM, switch:0 of a Plus PM, pm1:0 of a PM Mini.",
    }),
});
type Settings = z.infer<typeof settings>;

const words = { online: "true", offline: "false" };

function partsOf({ component }: Settings) {
  const [type = "", number = ""] = component.split(":");
  const table = tables[type] ?? { counters: undefined, values: {} };
  const counters = table.counters === undefined ? [] : [`${table.counters}:${number}`];
  return { values: table.values, members: [component, ...counters] };
}

export const shellyGen2 = defineSensor({
  id: "shelly-gen2",
  label: "Shelly, second generation and later: Pro 3EM, EM, Plus PM",
  source: "Shelly Gen2 API reference: MQTT, EM, EM1, Switch, PM1; field samples",
  tier: "draft",
  settings,
  example: { prefix: "shellypro3em-08f9e0aabbcc", component: "em:0" },
  intervalMs: 30_000,
  topics: (own) => [
    `${own.prefix}/online`,
    `${own.prefix}/events/rpc`,
    ...partsOf(own).members.map((member) => `${own.prefix}/status/${member}`),
  ],
  quantities: (own) => Object.values(partsOf(own).values).map(([quantity]) => quantity),
  decode({ topic, text }, own) {
    const { prefix } = own;
    if (topic === `${prefix}/online`) return availabilityFrom(text, words);
    const message = objectFrom(text);
    if (!message.ok) return message;
    if (topic !== `${prefix}/events/rpc`) {
      return fromParts([message.value], own, undefined);
    }
    const { method, params } = message.value;
    if (method !== "NotifyStatus" && method !== "NotifyFullStatus") return silence;
    if (!isObject(params)) return fail("sensor.invalid", "params is no object");
    // Only what changed is in a notification: often it is another component.
    const parts = partsOf(own).members.flatMap((member) => params[member] ?? []);
    if (!parts.every(isObject)) return fail("sensor.invalid", "a component is no object");
    const atS = numberFrom(params["ts"]);
    return fromParts(parts, own, atS === undefined ? undefined : Math.round(atS * 1_000));
  },
});

const phaseNames = ["a", "b", "c"] as const;

function fromParts(
  parts: readonly JsonObject[],
  own: Settings,
  deviceAtMs: number | undefined,
): Result<SensorUpdate> {
  const paths = Object.entries(partsOf(own).values);
  const faults = parts.flatMap(faultsIn);
  const bad = phaseNames.filter((phase) => faults.some((fault) => fault.startsWith(`${phase}_`)));
  const entries = parts.flatMap((part) =>
    paths
      // A phase that the device itself distrusts tells nothing.
      .filter(([path]) => !bad.some((phase) => path.startsWith(`${phase}_`)))
      .map(([path, [quantity, scale]]) => ({ quantity, raw: valueAt(part, path), scale })),
  );
  // Null is how a member without a value looks, such as the neutral of a meter without one.
  const told = entries.filter(({ raw }) => raw !== null);
  return updateOf(gather(told), {
    deviceAtMs,
    deviceFault: faults.length === 0 ? undefined : faults.join(", ").slice(0, 200),
  });
}

/** `errors` of the whole, `a_errors` of a phase. */
const faultsIn = (part: JsonObject): readonly string[] =>
  ["errors", ...phaseNames.map((phase) => `${phase}_errors`)].flatMap((name) => {
    const list = part[name];
    return Array.isArray(list) && list.length > 0 ? [`${name} ${list.map(String).join(" ")}`] : [];
  });
