import { serviceNames } from "@ballast/contracts";
import { run } from "@ballast/runtime";
import { historian } from "./service.ts";

await run(historian, serviceNames);
