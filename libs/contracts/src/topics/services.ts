import * as z from "zod";
import { alarmCodes } from "../alarms.ts";
import { defineTopic } from "../define-topic.ts";
import { atMs, instant, text } from "../quantities.ts";
import { serviceNames } from "../service-names.ts";

export const serviceStatus = defineTopic({
  address: "ballast/v1/services/{service}/status",
  kind: "state",
  publishers: serviceNames,
  summary: "Whether a service runs. The broker itself writes `gone` when it vanishes.",
  maxAgeMs: 15_000,
  payload: z.object({
    atMs,
    state: z.enum(["starting", "running", "stopping", "gone"]),
    version: text("Of the software."),
    startedAtMs: instant("When this run began."),
  }),
});

export const serviceAlarm = defineTopic({
  address: "ballast/v1/services/{service}/alarms/{code}/{subject}",
  kind: "state",
  publishers: serviceNames,
  summary: "A lasting condition, raised or cleared, about one subject.",
  maxAgeMs: undefined,
  payload: z.object({
    atMs,
    code: z.enum(alarmCodes),
    subject: text("What it is about: a meter, a miner, the site."),
    isRaised: z.boolean(),
    sinceAtMs: instant("When the condition began, or ended."),
    detail: text("What was seen."),
  }),
});
