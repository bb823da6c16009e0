import { services as boxedServices } from "@ballast/box";
import type { ServiceDefinition } from "@ballast/runtime";

/** What the documents need to know of a service. */
export type ServiceFacts = Pick<
  ServiceDefinition,
  "name" | "summary" | "config" | "publishes" | "subscribes" | "keeps" | "rawRights"
>;

/** Every service of the site: what runs in one box is what runs in many. */
export const services: readonly ServiceFacts[] = boxedServices;
