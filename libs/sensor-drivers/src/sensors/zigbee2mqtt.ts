import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { isObject, jsonFrom, objectFrom } from "../json.ts";
import { gather } from "../numbers.ts";
import { topicName } from "../settings.ts";
import { availabilityFrom, updateOf } from "../update.ts";

const settings = z.strictObject({
  baseTopic: topicName("Base topic of Zigbee2MQTT.").default("zigbee2mqtt"),
  friendlyName: topicName("Name of the plug in Zigbee2MQTT."),
});

const words = { online: "online", offline: "offline" };

/** Each message repeats the whole cached state; after a restart all of it may be hours old. */
export const zigbee2mqtt = defineSensor({
  id: "zigbee2mqtt",
  label: "Zigbee plug behind Zigbee2MQTT",
  source: "Zigbee2MQTT documentation: MQTT topics and messages",
  tier: "draft",
  settings,
  example: { friendlyName: "plug-7" },
  intervalMs: 60_000,
  isCacheRepeated: true,
  topics: ({ baseTopic, friendlyName }) => [
    `${baseTopic}/${friendlyName}`,
    `${baseTopic}/${friendlyName}/availability`,
  ],
  quantities: () => [
    ...(["powerKw", "voltageL1V", "currentL1A", "frequencyHz", "energyImportKwh"] as const),
  ],
  decode({ topic, text }, { baseTopic, friendlyName }) {
    if (topic === `${baseTopic}/${friendlyName}/availability`) {
      return availabilityFrom(wordIn(text), words);
    }
    const message = objectFrom(text);
    if (!message.ok) return message;
    const { value } = message;
    return updateOf(
      gather([
        { quantity: "powerKw", raw: value["power"], scale: 0.001 },
        { quantity: "voltageL1V", raw: value["voltage"] },
        { quantity: "currentL1A", raw: value["current"] },
        { quantity: "frequencyHz", raw: value["ac_frequency"] },
        { quantity: "energyImportKwh", raw: value["energy"] },
      ]),
      { deviceAtMs: lastSeen(value["last_seen"]) },
    );
  },
});

/** Older versions say the bare word. */
function wordIn(text: string): string {
  const value = jsonFrom(text);
  if (!value.ok || !isObject(value.value)) return text;
  const { state } = value.value;
  return typeof state === "string" ? state : text;
}

/** As a date in words or as milliseconds, as its settings have it. */
function lastSeen(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const atMs = Date.parse(value);
  return Number.isFinite(atMs) ? atMs : undefined;
}
