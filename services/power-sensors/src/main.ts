import { serviceNames } from "@ballast/contracts";
import { run } from "@ballast/runtime";
import { powerSensors } from "./service.ts";

await run(powerSensors, serviceNames);
