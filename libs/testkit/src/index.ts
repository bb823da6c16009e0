export { type BusUnderTest, busContract } from "./bus-contract.ts";
export { type MemoryStorage, memoryStorage } from "./memory-storage.ts";
export { openAedes, openMemory, openMosquitto } from "./open-buses.ts";
