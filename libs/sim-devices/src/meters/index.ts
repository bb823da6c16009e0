export { type RegisterImage, registerImage } from "./register-image.ts";
export { type ModbusServer, type ServeModbusOptions, serveModbus } from "./serve-modbus.ts";
export {
  type MeterAnswer,
  type MeterChange,
  type MeterFault,
  type SimulatedMeter,
  type SimulatedMeterOptions,
  simulatedMeter,
} from "./simulated-meter.ts";
export { type VirtualModbusOptions, virtualModbus } from "./virtual-modbus.ts";
