import type { Topic } from "../define-topic.ts";
import {
  feederCommands,
  fleetStatus,
  minerCycle,
  minerFacts,
  minerReading,
  minerStatus,
} from "./fleet.ts";
import { gridFrequency, gridReading, gridStatus } from "./grid.ts";
import { gridEvent, historyReceipt, historyStatus } from "./history.ts";
import { loadCap, loadDecision, loadTarget } from "./load.ts";
import { feederProof, powerSample, powerSensorStatus, powerSupply } from "./power.ts";
import { serviceAlarm, serviceStatus } from "./services.ts";

/** The whole bus, in the order of the data's way through the site. */
export const allTopics: readonly Topic[] = [
  gridFrequency,
  gridReading,
  gridStatus,
  powerSample,
  powerSensorStatus,
  powerSupply,
  feederProof,
  loadCap,
  loadTarget,
  loadDecision,
  fleetStatus,
  feederCommands,
  minerFacts,
  minerStatus,
  minerReading,
  minerCycle,
  gridEvent,
  historyReceipt,
  historyStatus,
  serviceStatus,
  serviceAlarm,
];
