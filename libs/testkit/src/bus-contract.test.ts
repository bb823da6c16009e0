import { busContract } from "./bus-contract.ts";
import { openAedes, openMemory, openMosquitto } from "./open-buses.ts";

busContract("memory", openMemory);
busContract("aedes", openAedes);

// Where there is none the embedded broker stands for it; the run says so at its start.
busContract("mosquitto", openMosquitto);
