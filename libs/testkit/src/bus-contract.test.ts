import { busContract } from "./bus-contract.ts";
import { openAedes, openMemory, openMosquitto, programOnPath } from "./open-buses.ts";

busContract("memory", openMemory);
busContract("aedes", openAedes);

// Without the program the embedded broker stands for it; the run says so at its start.
const mosquitto = programOnPath("mosquitto");
if (mosquitto !== undefined) busContract("mosquitto", () => openMosquitto(mosquitto));
