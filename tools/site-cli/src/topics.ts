import { delivery, type Topic } from "@ballast/contracts";
import { maximumAge, readersOf, type ServiceFacts, writersInWords } from "@ballast/gen";

/** A topic as a program wants to have it. */
export interface TopicFacts {
  readonly address: string;
  readonly kind: string;
  readonly qos: number;
  readonly isRetained: boolean;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  /** Undefined: no limit. */
  readonly maxAgeMs: number | undefined;
  readonly summary: string;
}

export const topicFacts = (
  topics: readonly Topic[],
  services: readonly ServiceFacts[],
): readonly TopicFacts[] =>
  topics.map((topic) => ({
    address: topic.address,
    kind: topic.kind,
    qos: delivery[topic.kind].qos,
    isRetained: delivery[topic.kind].retain,
    writers: topic.publishers,
    readers: readersOf(topic, services),
    maxAgeMs: topic.maxAgeMs,
    summary: topic.summary,
  }));

/** The same for people: one line each. */
export function topicsTable(topics: readonly Topic[], services: readonly ServiceFacts[]): string {
  const rows = topics.map((topic) => [
    topic.address,
    topic.kind,
    writersInWords(topic),
    readersOf(topic, services).join(", ") || "-",
    maximumAge(topic),
  ]);
  return aligned([["ADDRESS", "KIND", "WRITTEN BY", "READ BY", "MAXIMUM AGE"], ...rows]);
}

/** Columns as wide as their widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
    .map((cells) => `${cells.join("  ").trimEnd()}\n`)
    .join("");
}
