export { type BusUnderTest, busContract } from "./bus-contract.ts";
export { freePort, openAedes, openMemory, openMosquitto, programOnPath } from "./open-buses.ts";
