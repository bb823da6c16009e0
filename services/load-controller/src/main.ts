import { serviceNames } from "@ballast/contracts";
import { run } from "@ballast/runtime";
import { loadController } from "./service.ts";

await run(loadController, serviceNames);
