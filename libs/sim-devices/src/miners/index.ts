export type { ArrivedCommand, FaceAnswer, FaceOptions, MinerFace } from "./miner-face.ts";
export { openFace, type SimulatedDriverId, simulatedDriverIds } from "./open-face.ts";
export {
  type MinerAddress,
  type MinerServers,
  type ServedMiner,
  type ServeMinersOptions,
  serveMiners,
} from "./serve-miners.ts";
export {
  type VirtualExchange,
  type VirtualExchangeOptions,
  virtualExchange,
} from "./virtual-exchange.ts";
