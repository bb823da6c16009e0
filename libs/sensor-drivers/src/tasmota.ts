import type { JsonObject } from "./json.ts";

export const tasmotaTopics = (topic: string) =>
  ({ sensor: `tele/${topic}/SENSOR`, will: `tele/${topic}/LWT` }) as const;

export const tasmotaWords = { online: "Online", offline: "Offline" };

/** Local time without a zone, taken as UTC: elsewhere it is hours off, and counts as wrong. */
export function tasmotaTime({ Time: time }: JsonObject): number | undefined {
  if (typeof time !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(time)) return undefined;
  const atMs = Date.parse(`${time}Z`);
  return Number.isFinite(atMs) ? atMs : undefined;
}
