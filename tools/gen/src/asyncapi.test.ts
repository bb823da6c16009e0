import { Parser } from "@asyncapi/parser";
import { allTopics, delivery } from "@ballast/contracts";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { asyncApi } from "./asyncapi.ts";
import { services } from "./services.ts";

const warningSeverity = 1; // The parser's scale: 0 error, 1 warning, 2 information, 3 hint.

const yaml = asyncApi(allTopics, services);

async function check(text: string) {
  const { document, diagnostics } = await new Parser().parse(text);
  const problems = diagnostics.filter(({ severity }) => severity <= warningSeverity);
  return { document, problems: problems.map(({ path, message }) => `${path}: ${message}`) };
}

test("the official parser finds nothing wrong", async () => {
  const { document, problems } = await check(yaml);
  expect(problems).toEqual([]);
  expect(document?.channels().all()).toHaveLength(allTopics.length);
});

test.each([
  ["a channel that nobody declared", "#/channels/gridFrequency", "#/channels/gridFrequenzy"],
  ["an unknown action", "action: send", "action: shout"],
  ["a payload that is no schema", "type: object", "type: thing"],
])("the parser does notice %s", async (_, from, to) => {
  expect(yaml).toContain(from);
  const { problems } = await check(yaml.replace(from, to));
  expect(problems).not.toEqual([]);
});

describe("every topic", () => {
  let valid: Awaited<ReturnType<typeof check>>;
  beforeAll(async () => {
    valid = await check(yaml);
  });

  test.each(allTopics.map((topic) => ({ topic })))("$topic.address is whole", ({ topic }) => {
    const channel = valid.document
      ?.channels()
      .all()
      .find((each) => each.address() === topic.address);
    const sends = channel?.operations().filterBySend() ?? [];
    const writers = sends.map((operation) => operation.tags().all()[0]?.name());
    expect(writers).toEqual(topic.publishers);
    for (const operation of sends) {
      expect(operation.bindings().get("mqtt")?.json()).toMatchObject(delivery[topic.kind]);
    }
    expect(channel?.parameters().all()).toHaveLength(topic.address.split("{").length - 1);
  });
});
