export { HistorianConfig } from "./config.ts";
export type { HistorianPorts } from "./ports.ts";
export { historian } from "./service.ts";
export { SetAside } from "./set-aside.ts";
export { Shipper, type ShipperOptions } from "./shipper.ts";
