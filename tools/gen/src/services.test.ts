import { allTopics, serviceNames } from "@ballast/contracts";
import { describe, expect, test } from "@jest/globals";
import { channelName, isWrittenByAll, tools } from "./bus-map.ts";
import { documents } from "./documents.ts";
import { services } from "./services.ts";

test("every name on the bus is a service here, but for the command lines", () => {
  const names = services.map(({ name }) => name);
  expect([...names].sort()).toEqual(serviceNames.filter((name) => name !== tools).sort());
});

describe.each(services.map((service) => ({ service })))("$service.name", ({ service }) => {
  const addresses = (topics: readonly { address: string }[]): readonly string[] =>
    topics.map(({ address }) => address).sort();

  test("publishes exactly the topics that name it", () => {
    // The runtime writes each service's status and alarms.
    const declared = allTopics.filter(
      (topic) => topic.publishers.includes(service.name) && !isWrittenByAll(topic),
    );
    expect(addresses(service.publishes)).toEqual(addresses(declared));
  });

  test("reads only topics of the bus", () => {
    for (const topic of service.subscribes) expect(allTopics).toContain(topic);
  });
});

test("channel names are unique", () => {
  const names = allTopics.map(channelName);
  expect(new Set(names).size).toBe(names.length);
});

test("the documents come out the same each time", async () => {
  expect(await documents()).toEqual(await documents());
});
