export { AssertionFailure, assert, assertDefined } from "./assert.ts";
export { BackOff, type BackOffOptions } from "./back-off.ts";
export { type Cancel, type Clock, everyFrom } from "./clock.ts";
export { type FaultCode, faultCatalogue } from "./fault-catalogue.ts";
export { bodyOfLine, frameLine } from "./framed-line.ts";
export { jsonIn } from "./json-in.ts";
export { machineMonoMs } from "./machine-stopwatch.ts";
export { type MemoryStorage, memoryStorage } from "./memory-storage.ts";
export {
  type Labels,
  type Log,
  type LogFields,
  type Metrics,
  silentLog,
  silentMetrics,
} from "./observability.ts";
export { hashText, type Random, seededRandom } from "./random.ts";
export { realClock } from "./real-clock.ts";
export { type Fault, fail, ok, type Result } from "./result.ts";
export type { AppendFile, Storage } from "./storage.ts";
export { type VirtualClock, virtualClock } from "./virtual-clock.ts";
