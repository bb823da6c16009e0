import type { Topic } from "../define-topic.ts";
import { fleetStatus, minerCycle, minerReading, minerStatus } from "./fleet.ts";
import { gridFrequency, gridReading, gridStatus } from "./grid.ts";
import { loadCap, loadDecision, loadTarget } from "./load.ts";
import { serviceAlarm, serviceStatus } from "./services.ts";

/** The whole bus, in the order of the data's way through the site. */
export const allTopics: readonly Topic[] = [
  gridFrequency,
  gridReading,
  gridStatus,
  loadCap,
  loadTarget,
  loadDecision,
  fleetStatus,
  minerStatus,
  minerReading,
  minerCycle,
  serviceStatus,
  serviceAlarm,
];
