export { HistorianConfig } from "./config.ts";
export { type Heard, Recorder, type RecorderMemory, type Taken } from "./core/recorder.ts";
export { defaultSettings, type RecorderSettings } from "./core/settings.ts";
export type { Tariff } from "./core/tariff.ts";
export type { HistorianPorts } from "./ports.ts";
export { historian } from "./service.ts";
export { SetAside } from "./set-aside.ts";
export { Shipper, type ShipperOptions } from "./shipper.ts";
