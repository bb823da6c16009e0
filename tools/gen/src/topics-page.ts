import { delivery, type Topic } from "@ballast/contracts";
import { readersOf, shortAddress, writersInWords } from "./bus-map.ts";
import { fieldsOf, unitInWords } from "./fields.ts";
import { code, page, table } from "./markdown.ts";
import type { ServiceFacts } from "./services.ts";

export function topicsPage(topics: readonly Topic[], services: readonly ServiceFacts[]): string {
  const rows = topics.map((topic) => [
    `[${code(shortAddress(topic))}](#${anchor(topic)})`,
    topic.kind,
    String(delivery[topic.kind].qos),
    delivery[topic.kind].retain ? "yes" : "no",
    writersInWords(topic),
    readersOf(topic, services).join(", "),
    maximumAge(topic),
    topic.summary,
  ]);
  return page(
    "Topics",
    "Every message on the bus. Addresses start with `ballast/v1/`; levels in braces are parameters. " +
      "Past its maximum age a reader treats a value as unknown. Command lines on site read all of them.",
    table(
      ["Address", "Kind", "QoS", "Retained", "Written by", "Read by", "Maximum age", "Meaning"],
      rows,
    ),
    ...topics.map(topicSection),
  );
}

/** For people: `1.5 s`. Without a limit a state holds until the next one. */
export function maximumAge({ kind, maxAgeMs }: Topic): string {
  if (maxAgeMs !== undefined) return `${maxAgeMs / 1_000} s`;
  return kind === "state" ? "until replaced" : "none";
}

function topicSection(topic: Topic): string {
  const rows = fieldsOf(topic.payload).map((field) => [
    code(field.path),
    field.type,
    unitInWords(field),
    field.isRequired ? "yes" : "no",
    field.description,
  ]);
  return [
    `## ${shortAddress(topic)}`,
    topic.summary,
    table(["Field", "Type", "Unit", "Always there", "Meaning"], rows),
  ].join("\n\n");
}

/** As the usual viewers build the link of a heading. */
const anchor = (topic: Topic): string =>
  shortAddress(topic)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "");
