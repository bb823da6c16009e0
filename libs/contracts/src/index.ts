export {
  type AlarmCode,
  alarmCatalogue,
  alarmCodes,
  type Severity,
} from "./alarms.ts";
export {
  addressOf,
  defineTopic,
  delivery,
  filterOf,
  type ParamsOf,
  type Payload,
  type PayloadOf,
  parameterNames,
  paramsOf,
  type Topic,
  type TopicKind,
} from "./define-topic.ts";
export { type MetricName, metricCatalogue } from "./metrics.ts";
export * from "./quantities.ts";
export { Secret, secret } from "./secret.ts";
export { type ServiceName, serviceNames } from "./service-names.ts";
export { isTimezone } from "./timezone.ts";
export {
  feederCommands,
  fleetStatus,
  type MinerMode,
  minerCycle,
  minerFacts,
  minerMode,
  minerReading,
  minerStatus,
  powerSource,
} from "./topics/fleet.ts";
export {
  gridFrequency,
  gridReading,
  gridStatus,
  type MeterState,
  meterState,
  type SampleDoubt,
  type SampleQuality,
  sampleDoubt,
  sampleQuality,
} from "./topics/grid.ts";
export { gridEvent, historyReceipt, historyStatus } from "./topics/history.ts";
export { allTopics } from "./topics/index.ts";
export {
  capName,
  type GridPhase,
  gridPhase,
  loadCap,
  loadDecision,
  loadTarget,
} from "./topics/load.ts";
export {
  feederProof,
  powerSample,
  powerSensorStatus,
  powerSupply,
  type SensorDoubt,
  type SensorRole,
  sensorDoubt,
  sensorRole,
} from "./topics/power.ts";
export { serviceAlarm, serviceStatus } from "./topics/services.ts";
export { wattsBelow } from "./watts-below.ts";
