export {
  type BoundSensor,
  defineSensor,
  type KeepAlive,
  type SensorKind,
  type SensorMessage,
  type SensorUpdate,
} from "./define-sensor.ts";
export { kindOf } from "./kind-of.ts";
export {
  currents,
  isEnergy,
  phaseParts,
  quantities,
  type SensorQuantity,
  type SensorValues,
  type SummedQuantity,
  voltages,
} from "./quantities.ts";
export { sensorKinds } from "./registry.gen.ts";
