export { type BusUnderTest, busContract } from "./bus-contract.ts";
export { type MemoryStorage, memoryStorage } from "./memory-storage.ts";
export { freePort, openAedes, openMemory, openMosquitto, programOnPath } from "./open-buses.ts";
