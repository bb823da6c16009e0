export { adjustMeter, MeterAdjustments, moveMeter } from "./adjust-meter.ts";
export { classifyFrequencyRegister, type FrequencyProposal } from "./classify-frequency.ts";
export { type Block, decode, decodeExponent, encode } from "./codec.ts";
export {
  type Constant,
  defineMeter,
  holding,
  input,
  type Locate,
  type MeterDriver,
  type Probe,
  type Read,
  type Register,
  type Schedule,
} from "./define-meter.ts";
export { driverOf } from "./driver-of.ts";
export { decodeBlock, extentOf, type PlannedRead, planMeter } from "./plan-meter.ts";
export { type MeterReading, type Quantity, quantities } from "./quantities.ts";
export { type MeterPlace, MeterPlaceSettings } from "./reader/meter-place.ts";
export {
  type FinishedRound,
  type MeterReader,
  type MeterReaderOptions,
  type MeterReport,
  meterReader,
} from "./reader/meter-reader.ts";
export { configuredDriver, locate } from "./reader/meter-session.ts";
export { meterDrivers } from "./registry.gen.ts";
