import type { MeterDriver } from "./define-meter.ts";
import { meterDrivers } from "./registry.gen.ts";

/** The table with this id; undefined for an id that is not in the collection. */
export const driverOf = (id: string): MeterDriver | undefined =>
  meterDrivers.find((driver) => driver.id === id);
