export { requestBytesMax } from "./cgminer/client.ts";
export {
  type DriverTier,
  defineMiner,
  type HashrateWindow,
  type MinerConnection,
  type MinerDriver,
  type MinerFault,
  type MinerIdentity,
  type MinerMode,
  type MinerPool,
  type MinerReading,
  type PoolStatus,
  type PowerControl,
} from "./define-miner.ts";
export type { Exchange, LinkMemory, MinerLink, TcpExchange } from "./exchange.ts";
export { findModel, type MinerModel, minerModels } from "./models.ts";
export { minerDrivers } from "./registry.gen.ts";
export { tcpExchange } from "./tcp-exchange.ts";
