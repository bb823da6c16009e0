export { plantFace } from "./faces/plain-json.ts";
export { shellyFace } from "./faces/shelly-gen2.ts";
export { tasmotaFace } from "./faces/tasmota-energy.ts";
export type { SensorFace, SensorSight, SensorTruth, SpokenMessage } from "./sensor-face.ts";
export {
  type SensorFault,
  type SimulatedSensor,
  type SimulatedSensorOptions,
  simulatedSensor,
} from "./simulated-sensor.ts";
