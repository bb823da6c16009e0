export type { AlarmBoard, AlarmPayload } from "./alarm-board.ts";
export {
  defineService,
  type KeptTopic,
  type PortSystem,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
} from "./define-service.ts";
export { fileStorage } from "./file-storage.ts";
export { type HealthServer, serveHealth } from "./health-server.ts";
export { type Journal, type JournalOptions, journalIn, type OpenJournal } from "./journal.ts";
export { type Environment, type Launched, launch } from "./launch.ts";
export { logFile, pinoLog } from "./pino-log.ts";
export { type PrometheusMetrics, prometheusMetrics } from "./prometheus-metrics.ts";
export type { RawBus, RawRights } from "./raw-bus.ts";
export { readText } from "./read-text.ts";
export { freshSecret, freshSeed, machineVariables, onStopSignal, run } from "./run.ts";
export { scopedClock } from "./scoped-clock.ts";
export { CommonSite, commonSections, type SiteIdentity } from "./site.ts";
export { type Checked, type Problems, readSiteFile, type SiteFile } from "./site-file.ts";
export { tellDiskTrouble } from "./tell-disk-trouble.ts";
export { version } from "./version.ts";
