import * as z from "zod";
import { defineTopic } from "../define-topic.ts";
import { atMs, count, hertz, instant, text } from "../quantities.ts";

export const historyReceipt = defineTopic({
  address: "ballast/v1/history/receipts/{service}",
  kind: "event",
  publishers: ["historian"],
  summary: "Records of a service that are on the historian's disk; the service may forget them.",
  maxAgeMs: undefined,
  payload: z.object({
    atMs,
    ids: z.array(text("Id of a record.")).min(1).max(500),
  }),
});

export const historyStatus = defineTopic({
  address: "ballast/v1/history/status",
  kind: "state",
  publishers: ["historian"],
  summary: "How far the database is behind, and what was lost on the way to it.",
  maxAgeMs: 15_000,
  payload: z.object({
    atMs,
    state: z.enum(["current", "behind", "away"]).meta({
      description: "`away`: the database cannot be reached; records wait on disk.",
    }),
    waitingCount: count("Records on disk that the database does not have yet."),
    shippedCount: count("Records handed over since the start."),
    droppedCount: count("Samples given up since the start, for want of disk. Never events."),
    oldestAtMs: instant("When the oldest waiting record was made.").optional(),
  }),
});

export const gridEvent = defineTopic({
  address: "ballast/v1/history/grid-event",
  kind: "event",
  publishers: ["historian"],
  summary: "A disturbance of the grid began or ended; its report can be asked for by its id.",
  maxAgeMs: undefined,
  payload: z.object({
    atMs,
    eventId: text("Unique; names the report."),
    kind: z.enum(["began", "ended"]),
    startedAtMs: instant("First sample outside the calm band."),
    endedAtMs: instant("Calm again, and the load back.").optional(),
    nadirHz: hertz("The lowest frequency so far, where one was heard.").optional(),
  }),
});
