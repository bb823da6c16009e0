import { historyReceipt, type ServiceName, serviceNames, type Topic } from "@ballast/contracts";
import type { ServiceFacts } from "./services.ts";

/** Engineers' command lines may read everything, so they are no reason for a line in a diagram. */
export const tools: ServiceName = "site-tools";

/** Who reads a topic, as the services declare it. Who keeps events reads the receipts for them. */
export const readersOf = (
  topic: Topic,
  services: readonly ServiceFacts[],
): readonly ServiceName[] =>
  services
    .filter(
      ({ keeps = [], subscribes }) =>
        subscribes.includes(topic) || (topic === historyReceipt && keeps.length > 0),
    )
    .map(({ name }) => name);

/** Whether everyone on the bus writes it: states of services and their alarms. */
export const isWrittenByAll = ({ publishers }: Topic): boolean =>
  serviceNames.every((name) => publishers.includes(name));

/** For people: `every service`, or their names. */
export const writersInWords = (topic: Topic): string =>
  isWrittenByAll(topic) ? "every service" : topic.publishers.join(", ");

/** The address without what all of them share: `grid/{meterId}/frequency`. */
export const shortAddress = ({ address }: Topic): string => address.replace("ballast/v1/", "");

/** A name for programs: `gridFrequency`. */
export const channelName = (topic: Topic): string =>
  camelCase(shortAddress(topic).replaceAll(/\{\w+\}/g, ""));

export const camelCase = (words: string): string =>
  words
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
