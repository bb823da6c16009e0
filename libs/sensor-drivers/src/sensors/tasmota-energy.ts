import { fail } from "@ballast/kernel";
import * as z from "zod";
import { defineSensor } from "../define-sensor.ts";
import { isObject, objectFrom } from "../json.ts";
import { gather, numberFrom } from "../numbers.ts";
import { currents, voltages } from "../quantities.ts";
import { topicLevel } from "../settings.ts";
import { tasmotaTime, tasmotaTopics, tasmotaWords } from "../tasmota.ts";
import { availabilityFrom, silence, updateOf } from "../update.ts";

const settings = z.strictObject({
  topic: topicLevel("The device's topic, as its web page shows it."),
});

export const tasmotaEnergy = defineSensor({
  id: "tasmota-energy",
  label: "Tasmota with an energy meter",
  source: "Tasmota documentation: MQTT, Energy monitoring; field samples",
  tier: "draft",
  settings,
  example: { topic: "pdu1" },
  intervalMs: 300_000, // TelePeriod of a new device; 10 s is the least it takes.
  topics: ({ topic }) => Object.values(tasmotaTopics(topic)),
  quantities: () => [
    ...(["powerKw", "apparentKva", "reactiveKvar", "powerFactorRatio", "frequencyHz"] as const),
    ...voltages,
    ...currents,
    "energyImportKwh",
  ],
  decode({ topic, text }, { topic: name }) {
    if (topic === tasmotaTopics(name).will) return availabilityFrom(text, tasmotaWords);
    const message = objectFrom(text);
    if (!message.ok) return message;
    const energy = message.value["ENERGY"];
    if (energy === undefined) return silence;
    if (!isObject(energy)) return fail("sensor.invalid", "ENERGY is no object");
    const gathered = gather([
      { quantity: "powerKw", raw: sumOf(energy["Power"]), scale: 0.001 },
      { quantity: "apparentKva", raw: sumOf(energy["ApparentPower"]), scale: 0.001 },
      { quantity: "reactiveKvar", raw: sumOf(energy["ReactivePower"]), scale: 0.001 },
      { quantity: "powerFactorRatio", raw: onlyOf(energy["Factor"]) },
      { quantity: "frequencyHz", raw: firstOf(energy["Frequency"]) },
      { quantity: "energyImportKwh", raw: sumOf(energy["Total"]) },
      ...voltagesIn(energy),
      ...currents.map((quantity, index) => ({
        quantity,
        raw: channelOf(energy["Current"], index),
      })),
    ]);
    return updateOf(gathered, { deviceAtMs: tasmotaTime(message.value) });
  },
});

/** Each member is one number or one for each channel, mixed within a message. */
function sumOf(member: unknown): unknown {
  if (!Array.isArray(member)) return member;
  const parts = member.map((part) => numberFrom(part));
  if (parts.length === 0 || parts.some((part) => part === undefined)) return null;
  return parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}

const channelOf = (member: unknown, index: number): unknown =>
  Array.isArray(member) ? member[index] : index === 0 ? member : undefined;

const firstOf = (member: unknown): unknown => channelOf(member, 0);

/** Factors of several channels have no sum. */
const onlyOf = (member: unknown): unknown => (Array.isArray(member) ? undefined : member);

/** With its relay off the device reads 0 V: that says nothing about the line. */
function voltagesIn(energy: Readonly<Record<string, unknown>>) {
  return voltages.flatMap((quantity, index) => {
    const raw = channelOf(energy["Voltage"], index);
    const isOff = numberFrom(raw) === 0 && numberFrom(sumOf(energy["Power"])) === 0;
    return isOff ? [] : [{ quantity, raw }];
  });
}
