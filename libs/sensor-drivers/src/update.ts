import { fail, ok, type Result } from "@ballast/kernel";
import type { SensorUpdate } from "./define-sensor.ts";
import { excerptOf, type Gathered } from "./numbers.ts";

const nothing: SensorUpdate = {
  values: {},
  refused: [],
  availability: undefined,
  deviceAtMs: undefined,
  deviceFault: undefined,
};

/** A message about something else. */
export const silence: Result<SensorUpdate> = ok(nothing);

export const updateOf = (
  gathered: Gathered,
  beside: Partial<Omit<SensorUpdate, keyof Gathered>> = {},
): Result<SensorUpdate> => ok({ ...nothing, ...gathered, ...beside });

/** What a will or a birth says, by the words that this kind uses. */
export function availabilityFrom(
  text: string,
  words: { readonly online: string; readonly offline: string },
): Result<SensorUpdate> {
  const word = text.trim();
  if (word === words.online) return ok({ ...nothing, availability: "online" });
  if (word === words.offline) return ok({ ...nothing, availability: "offline" });
  return fail(
    "sensor.invalid",
    `${excerptOf(text)} is neither ${words.online} nor ${words.offline}`,
  );
}
