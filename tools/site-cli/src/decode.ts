import { paramsOf, type Topic } from "@ballast/contracts";
import { type Field, fieldsOf } from "@ballast/gen";

/** What a message turned out to be. */
export type Decoded =
  | {
      readonly kind: "valid";
      /** By the sender's calendar; below zero when its clock is ahead of ours. */
      readonly ageMs: number;
      /** Older than its topic allows: readers treat it as unknown. */
      readonly isStale: boolean;
      readonly payload: Readonly<Record<string, unknown>>;
      readonly fields: readonly Field[];
    }
  | { readonly kind: "taken-back" } // An empty message makes the broker forget a retained one.
  | { readonly kind: "invalid"; readonly problem: string };

export function decode(
  topics: readonly Topic[],
  address: string,
  text: string,
  nowAtMs: number,
): Decoded {
  const topic = topics.find((each) => paramsOf(each, address) !== undefined);
  if (topic === undefined) return { kind: "invalid", problem: "no topic has this address" };
  if (text === "") return { kind: "taken-back" };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "invalid", problem: "not JSON" };
  }
  const parsed = topic.payload.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    );
    return { kind: "invalid", problem: problems.join("; ") };
  }
  const ageMs = nowAtMs - parsed.data.atMs;
  const isStale = topic.maxAgeMs !== undefined && ageMs > topic.maxAgeMs;
  return { kind: "valid", ageMs, isStale, payload: { ...parsed.data }, fields: fieldsIn(topic) };
}

const fieldsOfTopic = new Map<Topic, readonly Field[]>();

/** Kept, because a meter alone sends twenty messages a second. */
function fieldsIn(topic: Topic): readonly Field[] {
  const known = fieldsOfTopic.get(topic) ?? fieldsOf(topic.payload);
  fieldsOfTopic.set(topic, known);
  return known;
}
