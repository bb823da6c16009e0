import { assert, type Result } from "@ballast/kernel";
import type * as z from "zod";
import type { SensorQuantity, SensorValues } from "./quantities.ts";

/** As the broker hands it over. All that our kinds say is text. */
export interface SensorMessage {
  readonly topic: string;
  readonly text: string;
  /** The broker kept it for us: it can be of any age. */
  readonly isRetained: boolean;
}

/** What one message says. A message about something else says nothing, and is no fault. */
export interface SensorUpdate {
  readonly values: SensorValues;
  /** Names of values that were there and were no numbers: `voltage: nan`. */
  readonly refused: readonly string[];
  /** What a will or a birth said of the device. */
  readonly availability: "online" | "offline" | undefined;
  /** By the device's own clock, on the calendar; often wrong. */
  readonly deviceAtMs: number | undefined;
  /** What the device itself finds wrong with these values. */
  readonly deviceFault: string | undefined;
}

/** The only thing that ever goes out: what a kind needs to be told so that it goes on speaking. */
export interface KeepAlive {
  readonly topic: string;
  readonly text: string;
  readonly periodMs: number;
}

export interface SensorDefinition<Id extends string, Schema extends z.ZodType> {
  readonly id: Id;
  readonly label: string;
  /** The document behind topics and fields. */
  readonly source: string;
  /** `draft`: from documents. `recorded`: from messages of a real one. `proven`: ran on a site. */
  readonly tier: "draft" | "recorded" | "proven";
  readonly settings: Schema;
  /** Settings of a typical device, for documents and tests. */
  readonly example: z.input<Schema>;
  /** How often it speaks when nobody has changed that. */
  readonly intervalMs: number;
  /** It cannot measure alternating current, whatever it is wired to. */
  readonly isDcOnly?: boolean;
  /** Each message repeats all that is known, however old: only what changed is news. */
  readonly isCacheRepeated?: boolean;
  /** Everything it speaks on: whole names, no wildcards. */
  topics(settings: z.infer<Schema>): readonly string[];
  /** All that it can say with these settings. */
  quantities(settings: z.infer<Schema>): readonly SensorQuantity[];
  decode(message: SensorMessage, settings: z.infer<Schema>): Result<SensorUpdate>;
  keepAlives?(settings: z.infer<Schema>, intervalMs: number): readonly KeepAlive[];
}

/** One configured sensor of a kind. */
export interface BoundSensor {
  readonly topics: readonly string[];
  readonly quantities: readonly SensorQuantity[];
  decode(message: SensorMessage): Result<SensorUpdate>;
  keepAlives(intervalMs: number): readonly KeepAlive[];
}

/** A kind whose settings have become its own business. */
export interface SensorKind<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  readonly source: string;
  readonly tier: "draft" | "recorded" | "proven";
  readonly settings: z.ZodType;
  readonly example: unknown;
  readonly intervalMs: number;
  readonly isDcOnly: boolean;
  readonly isCacheRepeated: boolean;
  /** The settings must have passed the schema. */
  bind(settings: unknown): BoundSensor;
}

export function defineSensor<const Id extends string, Schema extends z.ZodType>(
  definition: SensorDefinition<Id, Schema>,
): SensorKind<Id> {
  const { isDcOnly = false, isCacheRepeated = false, topics, quantities, decode } = definition;
  return Object.freeze({
    id: definition.id,
    label: definition.label,
    source: definition.source,
    tier: definition.tier,
    settings: definition.settings,
    example: definition.example,
    intervalMs: definition.intervalMs,
    isDcOnly,
    isCacheRepeated,
    bind: (input: unknown): BoundSensor => {
      const checked = definition.settings.safeParse(input);
      assert(checked.success, `the settings of a ${definition.id} were checked before`);
      const settings = checked.data;
      return {
        topics: topics(settings),
        quantities: quantities(settings),
        decode: (message) => decode(message, settings),
        keepAlives: (intervalMs) => definition.keepAlives?.(settings, intervalMs) ?? [],
      };
    },
  });
}
