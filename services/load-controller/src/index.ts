export { exampleConfig, LoadControllerConfig } from "./config.ts";
export { decide } from "./core/decide.ts";
export { lawOf } from "./parameters.ts";
export { type ProfileName, profileNames, profiles } from "./profiles.ts";
export { type LoadControllerPorts, loadController } from "./service.ts";
