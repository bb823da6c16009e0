import { asicController } from "@ballast/asic-controller";
import { gridMeter } from "@ballast/grid-meter";
import { historian } from "@ballast/historian";
import { loadController } from "@ballast/load-controller";
import { powerSensors } from "@ballast/power-sensors";

/** Every service of a site, in the order of the data's way through it. */
export const services = [
  gridMeter,
  powerSensors,
  loadController,
  asicController,
  historian,
] as const;
export const serviceNames = services.map(({ name }) => name);
