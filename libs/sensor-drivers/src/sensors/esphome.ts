import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { gather } from "../numbers.ts";
import { topicLevel, topicName } from "../settings.ts";
import { hasFittingUnit, measured, scaleOf, unfitting } from "../units.ts";
import { availabilityFrom, silence, updateOf } from "../update.ts";

const entitiesMax = 32;

const settings = z.strictObject({
  node: topicName("The node's topic prefix; its name where nobody changed it."),
  entities: z
    .array(
      z
        .strictObject({
          objectId: topicLevel("The sensor's name as its topic has it."),
          ...measured,
        })
        .refine(hasFittingUnit, unfitting),
    )
    .min(1)
    .max(entitiesMax)
    .meta({ description: "What the node measures, one topic each." }),
});

const words = { online: "online", offline: "offline" };
const stateTopic = (node: string, objectId: string) => `${node}/sensor/${objectId}/state`;

/** Its states are retained by default: after a reconnect the first may be hours old. */
export const esphome = defineSensor({
  id: "esphome",
  label: "ESPHome node",
  source: "ESPHome documentation: MQTT client component",
  tier: "draft",
  settings,
  example: {
    node: "pdu3",
    entities: [
      { objectId: "line_voltage", quantity: "voltageL1V", unit: "V" },
      { objectId: "line_current", quantity: "currentL1A", unit: "A" },
      { objectId: "line_power", quantity: "powerKw", unit: "W" },
    ],
  },
  intervalMs: 60_000,
  topics: ({ node, entities }) => [
    `${node}/status`,
    ...entities.map(({ objectId }) => stateTopic(node, objectId)),
  ],
  quantities: ({ entities }) => entities.map(({ quantity }) => quantity),
  decode({ topic, text }, { node, entities }) {
    if (topic === `${node}/status`) return availabilityFrom(text, words);
    const told = entities.filter(({ objectId }) => stateTopic(node, objectId) === topic);
    if (told.length === 0) return silence;
    return updateOf(
      gather(
        told.map(({ quantity, unit }) => ({
          quantity,
          raw: text,
          scale: scaleOf(quantity, unit) ?? 1,
        })),
      ),
    );
  },
});
