import { parseArgs } from "node:util";
import { allTopics } from "@ballast/contracts";
import { services } from "@ballast/gen";
import { topicFacts, topicsTable } from "./topics.ts";

const help = `Every topic of the bus: its kind, who writes it, who reads it, and how old it may be.

  npm run topics [-- --json]

  --json  for programs: one list with all that is known
`;

const { values } = parseArgs({
  options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
});
if (values.help === true) process.stdout.write(help);
else if (values.json === true) {
  process.stdout.write(`${JSON.stringify(topicFacts(allTopics, services), undefined, 2)}\n`);
} else process.stdout.write(topicsTable(allTopics, services));
