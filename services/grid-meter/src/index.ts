export { GridMeterConfig, MeterConfig } from "./config.ts";
export { type ProbeFinding, type ProbeOptions, probeMeter } from "./probe.ts";
export { gridMeter } from "./service.ts";
