import type * as z from "zod";
import type { ServiceName } from "./service-names.ts";

/** A topic says what its messages mean; how they travel follows from that. */
export const delivery = {
  sample: { qos: 0, retain: false }, // Another one follows at once; losing one is harmless.
  state: { qos: 1, retain: true }, // The latest one is the truth, also for those who join late.
  command: { qos: 1, retain: false }, // Absolute and idempotent; worthless once it is old.
  event: { qos: 1, retain: false }, // Happened once; carries an id, readers drop duplicates.
} as const;
export type TopicKind = keyof typeof delivery;

/** Every payload says when it was true, so that every reader can tell how old it is. */
export type Payload = z.ZodType<{ atMs: number }>;

export interface Topic<Address extends string = string, Schema extends Payload = Payload> {
  /** Levels in braces are parameters: `ballast/v1/grid/{meterId}/frequency`. */
  readonly address: Address;
  readonly kind: TopicKind;
  /** Who may write it; the broker enforces it. Most have one; shared ones differ by parameter. */
  readonly publishers: readonly ServiceName[];
  readonly summary: string;
  /** Past this age a reader must treat the value as unknown. Undefined: true until replaced. */
  readonly maxAgeMs: number | undefined;
  readonly payload: Schema;
}

export const defineTopic = <const Address extends string, Schema extends Payload>(
  topic: Topic<Address, Schema>,
): Topic<Address, Schema> => Object.freeze(topic);

type Names<Address extends string> = Address extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
export type ParamsOf<T extends Topic> =
  T extends Topic<infer Address> ? { readonly [Name in Names<Address>]: string } : never;
export type PayloadOf<T extends Topic> = z.infer<T["payload"]>;

const parameter = /\{([A-Za-z]+)\}/g;

/** The names in braces, in order. */
export const parameterNames = (address: string): readonly string[] =>
  [...address.matchAll(parameter)].flatMap(([, name]) => name ?? []);

/** The subscription that covers every address of the topic, or those with these parameters. */
export const filterOf = (
  topic: Topic,
  only: Readonly<Record<string, string | undefined>> = {},
): string => topic.address.replaceAll(parameter, (_, name: string) => only[name] ?? "+");

export function addressOf(topic: Topic, params: Readonly<Record<string, string>>): string {
  if (!topic.address.includes("{")) return topic.address;
  return topic.address.replaceAll(parameter, (_, name: string) => {
    const value = params[name];
    if (value === undefined || !/^[^/+#\s]+$/.test(value)) {
      throw new Error(`${topic.address}: "${value}" cannot stand for {${name}}`);
    }
    return value;
  });
}

/** The parameters of an address that the topic covers; undefined for any other address. */
export function paramsOf(
  topic: Topic,
  address: string,
): Readonly<Record<string, string>> | undefined {
  // Most addresses that are asked about belong to another topic, which their beginning shows.
  const fixed = topic.address.indexOf("{");
  if (fixed === -1) return address === topic.address ? {} : undefined;
  if (!address.startsWith(topic.address.slice(0, fixed))) return undefined;
  const pattern = topic.address.split("/");
  const levels = address.split("/");
  if (pattern.length !== levels.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, level] of levels.entries()) {
    const expected = pattern[index] ?? "";
    if (expected.startsWith("{")) params[expected.slice(1, -1)] = level;
    else if (expected !== level) return undefined;
  }
  return params;
}
