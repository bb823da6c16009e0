import { allTopics, serviceNames } from "@ballast/contracts";
import type { GeneratedFile } from "@ballast/structure";
import { asyncApi } from "./asyncapi.ts";
import { brokerAcl } from "./broker-acl.ts";
import { alarmsPage, faultsPage, metricsPage } from "./catalogue-pages.ts";
import { configurationPage } from "./configuration-page.ts";
import { consolePicture } from "./console-picture.ts";
import { dataFlowPage } from "./data-flow.ts";
import { sensorsPage } from "./sensors-page.ts";
import { services } from "./services.ts";
import { topicsPage } from "./topics-page.ts";

/** Every document that follows from declarations. The same on every machine, on every day. */
export const documents = async (): Promise<readonly GeneratedFile[]> => [
  { path: "docs/generated/asyncapi.yaml", content: asyncApi(allTopics, services) },
  { path: "docs/generated/topics.md", content: topicsPage(allTopics, services) },
  { path: "docs/generated/data-flow.md", content: dataFlowPage(allTopics, services) },
  { path: "docs/generated/configuration.md", content: configurationPage(services) },
  { path: "docs/generated/alarms.md", content: alarmsPage() },
  { path: "docs/generated/faults.md", content: faultsPage() },
  { path: "docs/generated/metrics.md", content: metricsPage() },
  { path: "docs/generated/sensors.md", content: sensorsPage() },
  { path: "docs/generated/console.svg", content: await consolePicture() },
  { path: "mosquitto/acl", content: brokerAcl(serviceNames, allTopics, services) },
];
