import { count, milliseconds, slug, text } from "@ballast/contracts";
import { StatusCacheSettings } from "@ballast/status-cache";
import * as z from "zod";
import { planFleet } from "./fleet-plan.ts";
import { MinerEntry } from "./miner-entry.ts";
import { Policy } from "./policy.ts";

/** How the miners are reached, and how many of them at a time. */
export const Traffic = z.strictObject({
  commandsParallelCount: count("Commands under way at the same time, each on its own socket.")
    .positive()
    .default(1_024),
  commandDeadlineMs: milliseconds("How long a miner may take to answer.").positive().default(5_000),
  pollMs: milliseconds("Each miner is asked once in this time.").positive().default(10_000),
  pollsParallelCount: count("Miners that are asked at the same time.").positive().default(48),
  confirmMs: milliseconds("After a command a miner is asked this often.").positive().default(2_000),
  confirmForMs: milliseconds("And for so long.").default(30_000),
});
export type Traffic = z.infer<typeof Traffic>;

export const AsicControllerConfig = z
  .strictObject({
    fleetId: slug("Name of this controller's fleet.").default("main"),
    miners: z.array(MinerEntry).max(10_000).default([]),
    fleetCsv: text("A file with more miners, beside or instead of `miners`.").optional(),
    policy: Policy.prefault({}),
    traffic: Traffic.prefault({}),
    cache: StatusCacheSettings.prefault({}),
  })
  .refine(({ cache, traffic }) => cache.expiryMs > traffic.pollMs, {
    message: "must be longer than traffic.pollMs, or readings are gone before the next ones come",
    path: ["cache", "expiryMs"],
  })
  .superRefine(({ fleetCsv, miners }, context) => {
    // With a file beside it the whole fleet is only known once that is read.
    if (fleetCsv !== undefined && miners.length === 0) return;
    for (const message of planFleet(miners).problems) {
      context.addIssue({ code: "custom", message, path: ["miners"] });
    }
  });
export type AsicControllerConfig = z.infer<typeof AsicControllerConfig>;
