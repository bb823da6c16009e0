export { exceptionFault, modbusExceptions } from "./exceptions.ts";
export { encodeFrame, type Frame, type FrameSplitter, frameSplitter } from "./frames.ts";
export {
  type ModbusLink,
  type ModbusTable,
  type ModbusTarget,
  type OpenModbus,
  type ReadRequest,
  wordsPerReadMax,
} from "./link.ts";
export { openModbusTcp } from "./open-modbus-tcp.ts";
export { covers, type Extent, type PlanLimits, planReads } from "./plan.ts";
export {
  decodeNumber,
  decodeText,
  encodeNumber,
  encodeText,
  type NumberType,
  numberTypes,
  type WordOrder,
  wordsAt,
} from "./registers.ts";
