import { AlertRecord, GridEventRecord, OutageRecord } from "@ballast/history/records";
import { jsonIn } from "@ballast/kernel";
import * as z from "zod";
import type { RecorderMemory } from "./recorder.ts";

const Day = z.object({
  startAtMs: z.number(),
  energyKwh: z.number(),
  integratedKwh: z.number(),
  cost: z.number().optional(),
  coveredMs: z.number(),
});

const Memory = z.object({
  event: z.object({ event: GridEventRecord, heardAtMs: z.number() }).optional(),
  energy: z.object({
    days: z.array(z.tuple([z.string(), Day])),
    source: z.string().optional(),
    counter: z.object({ atMs: z.number(), kwh: z.number() }).optional(),
  }),
  conditions: z.object({ alerts: z.array(AlertRecord), outages: z.array(OutageRecord) }),
});

/** Undefined for what is no memory of ours: then the recorder begins anew. */
export function decodeMemory(text: string): RecorderMemory | undefined {
  const parsed = Memory.safeParse(jsonIn(text)).data;
  if (parsed === undefined) return undefined;
  const { conditions, energy, event } = parsed;
  return {
    event,
    energy: {
      days: energy.days.map(([day, totals]) => [day, { ...totals, cost: totals.cost }]),
      source: energy.source,
      counter: energy.counter,
    },
    conditions,
  };
}
