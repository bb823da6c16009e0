import { asicController } from "@ballast/asic-controller";
import { gridMeter } from "@ballast/grid-meter";
import { historian } from "@ballast/historian";
import { loadController } from "@ballast/load-controller";
import { powerSensors } from "@ballast/power-sensors";
import type { ServiceDefinition } from "@ballast/runtime";

/** The very definitions that run on site. A list of several kinds forgets each one's own types. */
export const siteServices: readonly ServiceDefinition[] = [
  gridMeter as unknown as ServiceDefinition,
  powerSensors as unknown as ServiceDefinition,
  loadController as unknown as ServiceDefinition,
  asicController as unknown as ServiceDefinition,
];

/** Runs where a database is given to it. */
export const siteHistorian = historian as unknown as ServiceDefinition;

export const allServices: readonly ServiceDefinition[] = [...siteServices, siteHistorian];
