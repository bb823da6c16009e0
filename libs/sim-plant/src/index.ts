export { type FeederState, type SiteFacts, typicalSite } from "./feeder.ts";
export { fleetOf } from "./fleet-of.ts";
export type { GridState, PerPhase } from "./grid/grid.ts";
export { overshootMaxRatio } from "./miner-course.ts";
export { createPlant, type Plant, type PlantCounts, type PlantOptions } from "./plant.ts";
export { eventsMax, type PlantEvent } from "./plant-events.ts";
export { type Recording, recordedFromCsv, recordedRowsMax } from "./recorded-from-csv.ts";
export {
  type GridSpec,
  type RecordedRow,
  Scenario,
  type ScenarioFault,
  supplyRatedKw,
} from "./scenario.ts";
export {
  type CommandAnswer,
  type MinerCommand,
  type MinerMode,
  type MinerSpec,
  type MinerState,
  type Misbehaviour,
  misbehaviours,
  type Phase,
  phases,
  type Range,
  type SimulatedMiner,
  slowObeysAfterMs,
} from "./simulated-miner.ts";
