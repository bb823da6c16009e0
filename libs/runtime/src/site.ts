import { milliseconds, slug, text } from "@ballast/contracts";
import * as z from "zod";

/** The part of the site file that every service shares. */
export const SiteSection = z.strictObject({
  id: slug("Short name; it becomes part of names and paths."),
  name: text("What people call the site.").min(1),
  nominalHz: z
    .union([z.literal(50), z.literal(60)])
    .default(50)
    .meta({ unit: "Hz", description: "The grid's nominal frequency." }),
});
export type SiteIdentity = z.infer<typeof SiteSection>;

export const BusSection = z.strictObject({
  url: z
    .string()
    .regex(/^mqtts?:\/\//, "starts with mqtt:// or mqtts://")
    .default("mqtt://127.0.0.1:1883")
    .meta({ description: "The broker of the site." }),
  username: text("Broker user; the service's own name where it is left out.").optional(),
  passwordFile: text("A file that holds the broker password.").optional(),
  connectWaitMs: milliseconds("How long a start waits for the broker before it goes on.").default(
    5_000,
  ),
});
export type BusSection = z.infer<typeof BusSection>;

export const StorageSection = z.strictObject({
  folder: text("Journals are kept here; it must outlive restarts.").default("data"),
});

export const LogSection = z.strictObject({
  level: z
    .enum(["debug", "info", "warn", "error"])
    .default("info")
    .meta({ description: "The least important line that is still written." }),
});

export const HttpSection = z.strictObject({
  host: text("Address for health and metrics.").default("127.0.0.1"),
  port: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(9_464)
    .meta({ unit: "port", description: "Port for /healthz, /readyz and /metrics." }),
});

export const commonSections = {
  site: SiteSection,
  bus: BusSection.prefault({}),
  storage: StorageSection.prefault({}),
  log: LogSection.prefault({}),
  http: HttpSection.prefault({}),
};
export const CommonSite = z.object(commonSections);
export type CommonSite = z.infer<typeof CommonSite>;
