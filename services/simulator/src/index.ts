export { forkSimulator, type SimulatorProcess } from "./fork-simulator.ts";
export type {
  MinerCounts,
  SeenCommand,
  SimulatedSite,
  StopCounts,
} from "./process-protocol.ts";
export { scenarioByName, scenarioFromRecording, scenarioNames } from "./scenarios.ts";
export {
  meterAdjustments,
  meterDriverId,
  meterId,
  simulatedMeterDriver,
} from "./simulated-meter-entry.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
