import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { objectFrom } from "../json.ts";
import { gather } from "../numbers.ts";
import { currents, type SensorQuantity, voltages } from "../quantities.ts";
import { topicLevel } from "../settings.ts";
import { silence, updateOf } from "../update.ts";

const settings = z.strictObject({
  portalId: topicLevel("VRM portal id of the GX device."),
  service: topicLevel("grid, acload, genset, pvinverter …").default("grid"),
  instance: z
    .int()
    .min(0)
    .max(65_535)
    .default(30)
    .meta({ unit: "id", description: "VRM instance of the meter; 30 is common, not fixed." }),
});
type Settings = z.infer<typeof settings>;

const powers = ["powerL1Kw", "powerL2Kw", "powerL3Kw"] as const;

const fields: { readonly [Path: string]: readonly [SensorQuantity, number] } = {
  "Ac/Power": ["powerKw", 0.001],
  "Ac/Frequency": ["frequencyHz", 1],
  "Ac/Energy/Forward": ["energyImportKwh", 1],
  "Ac/Energy/Reverse": ["energyExportKwh", 1],
  ...Object.fromEntries(
    [0, 1, 2].flatMap((index) => [
      [`Ac/L${index + 1}/Power`, [powers[index], 0.001]],
      [`Ac/L${index + 1}/Voltage`, [voltages[index], 1]],
      [`Ac/L${index + 1}/Current`, [currents[index], 1]],
    ]),
  ),
};

const spoken = ({ portalId, service, instance }: Settings) =>
  Object.entries(fields).map(([path, [quantity, scale]]) => ({
    topic: `N/${portalId}/${service}/${instance}/${path}`,
    quantity,
    scale,
  }));

/** Without a word from us for a minute, the device falls silent. */
const keepAliveMaxMs = 30_000;

/**
 * The device speaks only when a value changes, and when it is asked to repeat all of them. The empty
 * keep-alive asks for that: a repetition is the only proof that a steady value still holds.
 */
export const victronVenus = defineSensor({
  id: "victron-venus",
  label: "Victron GX device",
  source: "dbus-flashmq: topics and keep-alive, Venus OS 3.20 and later",
  tier: "draft",
  settings,
  example: { portalId: "c0619ab1d2e3", service: "grid", instance: 30 },
  intervalMs: keepAliveMaxMs,
  topics: (own) => spoken(own).map(({ topic }) => topic),
  quantities: (own) => spoken(own).map(({ quantity }) => quantity),
  decode({ topic, text }, own) {
    const told = spoken(own).find((one) => one.topic === topic);
    if (told === undefined) return silence;
    // No bytes at all: the meter has vanished from the device's bus.
    if (text === "") return updateOf({ values: {}, refused: [] }, { availability: "offline" });
    const message = objectFrom(text);
    if (!message.ok) return message;
    const { quantity, scale } = told;
    const gathered = gather([{ quantity, raw: message.value["value"], scale }]);
    const hasValue = gathered.refused.length === 0;
    return updateOf(gathered, hasValue ? { availability: "online" } : {});
  },
  keepAlives: ({ portalId }, intervalMs) => [
    {
      topic: `R/${portalId}/keepalive`,
      text: "",
      periodMs: Math.min(keepAliveMaxMs, Math.max(1_000, intervalMs)),
    },
  ],
});
