export { AsicControllerConfig, Traffic } from "./config.ts";
export { type Recovered, recoverLines } from "./core/cycle-record.ts";
export { type FleetCsv, parseFleetCsv } from "./fleet-csv.ts";
export { type FleetPlan, type PlannedMiner, planFleet } from "./fleet-plan.ts";
export { MinerEntry } from "./miner-entry.ts";
export { Policy } from "./policy.ts";
export type { AsicControllerPorts } from "./ports.ts";
export { asicController, minersOf } from "./service.ts";
