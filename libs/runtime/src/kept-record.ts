import { type PayloadOf, paramsOf, type Topic } from "@ballast/contracts";
import type { KeptTopic } from "./define-service.ts";

/** An event as it waits on disk for its receipt. */
export interface KeptRecord {
  readonly id: string;
  readonly address: string;
  readonly payload: unknown;
}

export interface KeptEvent {
  readonly id: string;
  readonly topic: Topic;
  readonly params: Readonly<Record<string, string>>;
  readonly payload: PayloadOf<Topic>;
}

export const encodeKept = (record: KeptRecord): string => JSON.stringify(record);

/** Undefined for a record of another version, whose topic is not kept or not known any more. */
export function decodeKept(body: string, kept: readonly KeptTopic[]): KeptEvent | undefined {
  const { address, id, payload } = JSON.parse(body) as Partial<KeptRecord>;
  if (id === undefined || address === undefined) return undefined;
  for (const { topic } of kept) {
    const params = paramsOf(topic, address);
    if (params === undefined) continue;
    const checked = topic.payload.safeParse(payload);
    return checked.success ? { id, topic, params, payload: checked.data } : undefined;
  }
  return undefined;
}
