export { type BusUnderTest, busContract } from "./bus-contract.ts";
export { openAedes, openMemory, openMosquitto } from "./open-buses.ts";
