import { serviceNames } from "@ballast/contracts";
import { run } from "@ballast/runtime";
import { asicController } from "./service.ts";

await run(asicController, serviceNames);
