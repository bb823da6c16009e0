import { fail } from "@ballast/kernel";
import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { isObject, objectFrom } from "../json.ts";
import { gather } from "../numbers.ts";
import { topicLevel } from "../settings.ts";
import { tasmotaTime, tasmotaTopics, tasmotaWords } from "../tasmota.ts";
import { availabilityFrom, silence, updateOf } from "../update.ts";

const settings = z.strictObject({
  topic: topicLevel("The device's topic, as its web page shows it."),
  chip: z
    .string()
    .regex(/^INA219(?:-\d+)?$/, "INA219, or INA219-1 and so on where there are several")
    .default("INA219")
    .meta({ description: "Which chip of the device; with several, INA219-1, INA219-2 …" }),
});

export const tasmotaIna219 = defineSensor({
  id: "tasmota-ina219",
  label: "Tasmota with an INA219: a DC rail up to 26 V and 3.2 A, never mains",
  source: "Tasmota documentation: INA219; field samples",
  tier: "draft",
  settings,
  example: { topic: "pdu3", chip: "INA219-2" },
  intervalMs: 300_000,
  isDcOnly: true,
  topics: ({ topic }) => Object.values(tasmotaTopics(topic)),
  quantities: () => ["powerKw", "voltageL1V", "currentL1A"],
  decode({ topic, text }, { topic: name, chip }) {
    if (topic === tasmotaTopics(name).will) return availabilityFrom(text, tasmotaWords);
    const message = objectFrom(text);
    if (!message.ok) return message;
    const rail = message.value[chip];
    if (rail === undefined) return silence;
    if (!isObject(rail)) return fail("sensor.invalid", `${chip} is no object`);
    const gathered = gather([
      { quantity: "voltageL1V", raw: rail["Voltage"] },
      { quantity: "currentL1A", raw: rail["Current"] },
      { quantity: "powerKw", raw: rail["Power"], scale: 0.001 },
    ]);
    return updateOf(gathered, { deviceAtMs: tasmotaTime(message.value) });
  },
});
