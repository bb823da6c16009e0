export { meterSource } from "./meter-source.ts";
export {
  type FleetEntry,
  type FleetOptions,
  type SimulatedUnit,
  simulatedFleet,
} from "./simulated-fleet.ts";
export {
  type MeterEntry,
  overlaid,
  type SiteDocumentOptions,
  type SiteSettings,
  siteDocument,
} from "./site-document.ts";
export {
  gaugeId,
  type SiteSensor,
  type SpeakingSensors,
  sensorIntervalMs,
  siteSensors,
  startSiteSensors,
} from "./site-sensors.ts";
