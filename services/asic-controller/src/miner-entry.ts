import { slug, text, watts } from "@ballast/contracts";
import { minerDrivers } from "@ballast/miner-drivers";
import * as z from "zod";

const driverIds = minerDrivers.map(({ id }) => id);

/** One miner of the site, as people write it down. */
export const MinerEntry = z.strictObject({
  id: slug("Name of the miner; it becomes part of topics."),
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/, "an address or a host name")
    .meta({ description: "Where it answers." }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .meta({ unit: "port", description: "Of its API; the driver's usual one where left out." }),
  driver: z.enum(driverIds).meta({ description: "Its firmware." }),
  model: text("As the label says, for example `Antminer S21`.").optional(),
  ratedW: watts("Power by its label; taken from the model where left out.").positive().optional(),
  feeder: slug("Wakes take turns between feeders.").default("main"),
  phase: z
    .enum(["L1", "L2", "L3", "3p"])
    .default("3p")
    .meta({ description: "Where it is connected; stops are shared out over the phases." }),
  location: text("For people: row, rack, slot.").optional(),
});
export type MinerEntry = z.infer<typeof MinerEntry>;
