import { serviceNames } from "@ballast/contracts";
import { run } from "@ballast/runtime";
import { gridMeter } from "./service.ts";

await run(gridMeter, serviceNames);
