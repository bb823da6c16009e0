export { PowerSensorsConfig, SensorConfig } from "./config.ts";
export type { Feed, OpenFeed } from "./feeds.ts";
export type { SensorBook, SensorReading } from "./sensor-book.ts";
export { powerSensors } from "./service.ts";
