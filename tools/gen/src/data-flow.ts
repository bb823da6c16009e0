import type { ServiceName, Topic } from "@ballast/contracts";
import { isWrittenByAll, readersOf, shortAddress, tools } from "./bus-map.ts";
import { code, page } from "./markdown.ts";
import type { ServiceFacts } from "./services.ts";

type Writer = ServiceName | "every service";

/** Who tells what to whom: one arrow for each pair of services, with its topics. */
export function dataFlowPage(topics: readonly Topic[], services: readonly ServiceFacts[]): string {
  const arrows = new Map<string, readonly string[]>();
  for (const topic of topics) {
    for (const writer of writersOf(topic)) {
      for (const reader of readersOf(topic, services)) {
        const pair = `${node(writer)} --> ${node(reader)}`;
        arrows.set(pair, [...(arrows.get(pair) ?? []), shortAddress(topic)]);
      }
    }
  }
  const unread = topics.filter((topic) => readersOf(topic, services).length === 0);
  const diagram = [
    "```mermaid",
    "flowchart LR",
    ...services.map(({ name }) => `  ${node(name)}["${name}"]`),
    `  ${node("every service")}(["every service"])`,
    ...[...arrows].map(
      ([pair, labels]) => `  ${pair.replace("-->", `-->|"${labels.join("<br/>")}"|`)}`,
    ),
    "```",
  ];
  return page(
    "Data flow",
    "Drawn from what the services declare to read and to write; they have no other way to the bus.",
    diagram.join("\n"),
    ["What each service is for:", "", ...services.map(about)].join("\n"),
    [
      "Read by people and their tools only:",
      "",
      ...unread.map((topic) => `- ${code(shortAddress(topic))}: ${topic.summary}`),
    ].join("\n"),
  );
}

const writersOf = (topic: Topic): readonly Writer[] =>
  isWrittenByAll(topic) ? ["every service"] : topic.publishers.filter((name) => name !== tools);

const node = (name: Writer): string => name.replaceAll(/[^a-z]/g, "_");

const about = ({ name, summary }: ServiceFacts): string => `- **${name}**: ${summary}`;
