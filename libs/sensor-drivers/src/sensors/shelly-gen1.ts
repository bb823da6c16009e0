import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { gather } from "../numbers.ts";
import type { SensorQuantity } from "../quantities.ts";
import { topicLevel } from "../settings.ts";
import { availabilityFrom, silence, updateOf } from "../update.ts";

const channelsMax = 3;

const settings = z.strictObject({
  deviceId: topicLevel("The device's id, as in shellies/ID."),
  part: z
    .enum(["emeter", "relay"])
    .default("emeter")
    .meta({ description: "Its energy meters, or the meter of its relays." }),
  channels: z
    .array(z.int().min(0).max(5).meta({ unit: "id", description: "Counted from 0." }))
    .min(1)
    .max(channelsMax)
    .refine((channels) => new Set(channels).size === channels.length, "a channel stands twice")
    .default([0])
    .meta({ unit: "id", description: "Channels that are summed, in the order L1, L2, L3." }),
});
type Settings = z.infer<typeof settings>;

/** W to kW; Wh, and for relays watt-minutes, to kWh. */
const fields = {
  emeter: {
    power: { quantities: ["powerL1Kw", "powerL2Kw", "powerL3Kw"], scale: 0.001 },
    voltage: { quantities: ["voltageL1V", "voltageL2V", "voltageL3V"], scale: 1 },
    current: { quantities: ["currentL1A", "currentL2A", "currentL3A"], scale: 1 },
    // `energy` and `returned_energy` count watt-minutes since a moment of their own.
    total: {
      quantities: ["energyImportL1Kwh", "energyImportL2Kwh", "energyImportL3Kwh"],
      scale: 0.001,
    },
    total_returned: {
      quantities: ["energyExportL1Kwh", "energyExportL2Kwh", "energyExportL3Kwh"],
      scale: 0.001,
    },
  },
  relay: {
    power: { quantities: ["powerL1Kw", "powerL2Kw", "powerL3Kw"], scale: 0.001 },
    energy: {
      quantities: ["energyImportL1Kwh", "energyImportL2Kwh", "energyImportL3Kwh"],
      scale: 1 / 60_000,
    },
  },
} as const;

interface Spoken {
  readonly topic: string;
  readonly quantity: SensorQuantity;
  readonly scale: number;
}

const spoken = ({ deviceId, part, channels }: Settings): readonly Spoken[] =>
  channels.flatMap((channel, index) =>
    Object.entries(fields[part]).flatMap(([name, { quantities, scale }]) => {
      const quantity = quantities[index];
      const topic = `shellies/${deviceId}/${part}/${channel}/${name}`;
      return quantity === undefined ? [] : [{ topic, quantity, scale }];
    }),
  );

const willTopic = ({ deviceId }: Settings) => `shellies/${deviceId}/online`;
const words = { online: "true", offline: "false" };

export const shellyGen1 = defineSensor({
  id: "shelly-gen1",
  label: "Shelly, first generation: EM, 3EM, and relays that measure",
  source: "Shelly Gen1 API reference: MQTT",
  tier: "draft",
  settings,
  example: { deviceId: "shellyem3-ABCDEF", part: "emeter", channels: [0, 1, 2] },
  intervalMs: 30_000,
  topics: (own) => [willTopic(own), ...spoken(own).map(({ topic }) => topic)],
  quantities: (own) => spoken(own).map(({ quantity }) => quantity),
  decode({ topic, text }, own) {
    if (topic === willTopic(own)) return availabilityFrom(text, words);
    const told = spoken(own).filter((one) => one.topic === topic);
    if (told.length === 0) return silence;
    return updateOf(gather(told.map(({ quantity, scale }) => ({ quantity, raw: text, scale }))));
  },
});
