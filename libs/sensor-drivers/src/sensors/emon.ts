import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { objectFrom } from "../json.ts";
import { gather } from "../numbers.ts";
import { topicLevel, topicName } from "../settings.ts";
import { hasFittingUnit, measured, scaleOf, unfitting } from "../units.ts";
import { silence, updateOf } from "../update.ts";

const inputsMax = 32;

const settings = z.strictObject({
  baseTopic: topicName("Base topic of emonHub.").default("emon"),
  node: topicLevel("The node's name, or its number."),
  inputs: z
    .array(
      z
        .strictObject({
          name: topicLevel("Such as P1 or Vrms; of a comma list the place, counted from 0."),
          ...measured,
        })
        .refine(hasFittingUnit, unfitting),
    )
    .min(1)
    .max(inputsMax)
    .meta({ description: "What the node measures." }),
});

/** Three ways to say the same: a topic for each value, one JSON object, or a comma list. */
export const emon = defineSensor({
  id: "emon",
  label: "OpenEnergyMonitor through emonHub",
  source: "OpenEnergyMonitor documentation: emonHub MQTT",
  tier: "draft",
  settings,
  example: {
    node: "emontx4",
    inputs: [
      { name: "P1", quantity: "powerKw", unit: "W" },
      { name: "Vrms", quantity: "voltageL1V", unit: "V" },
      { name: "E1", quantity: "energyImportKwh", unit: "Wh" },
    ],
  },
  intervalMs: 10_000,
  topics: ({ baseTopic, node, inputs }) => [
    `${baseTopic}/${node}`,
    ...inputs.map(({ name }) => `${baseTopic}/${node}/${name}`),
  ],
  quantities: ({ inputs }) => inputs.map(({ quantity }) => quantity),
  decode({ topic, text }, { baseTopic, node, inputs }) {
    const rawOf = (find: (name: string) => unknown) =>
      updateOf(
        gather(
          inputs.map(({ name, quantity, unit }) => ({
            quantity,
            raw: find(name),
            scale: scaleOf(quantity, unit) ?? 1,
          })),
        ),
      );
    const base = `${baseTopic}/${node}`;
    if (topic !== base) {
      return topic.startsWith(`${base}/`)
        ? rawOf((name) => (topic === `${base}/${name}` ? text : undefined))
        : silence;
    }
    if (!text.trimStart().startsWith("{")) {
      const list = text.split(",");
      return rawOf((name) => list[Number(name)]);
    }
    const message = objectFrom(text);
    return message.ok ? rawOf((name) => message.value[name]) : message;
  },
});
