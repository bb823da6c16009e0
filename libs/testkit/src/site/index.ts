export { buildSite, type SimulatedSite, type SiteOptions } from "./build-site.ts";
export type { Violation } from "./checker.ts";
export { simulateHour } from "./simulate-hour.ts";
