import type { SensorKind } from "./define-sensor.ts";
import { sensorKinds } from "./registry.gen.ts";

/** The kind with this id; undefined for an id that is not in the collection. */
export const kindOf = (id: string): SensorKind | undefined =>
  sensorKinds.find((kind) => kind.id === id);
