import { kilowatts, milliseconds, ratio, type SensorRole, slug } from "@ballast/contracts";
import * as z from "zod";
import { type SupplyLaw, supplyKinds } from "./core/supply-law.ts";

const suppliesMax = 8;

const Source = z.strictObject({
  id: slug("Name of the supply, for people."),
  kind: z.enum(supplyKinds).meta({
    description: "It decides how much stays free: 3, 10, 15, 15 or 25 %, in this order.",
  }),
  ratedKw: kilowatts("What it gives at most.").positive(),
  availableFrom: slug(
    "The sensor that says what it could give now; its rating counts where left out.",
  ).optional(),
  loadFrom: slug(
    "The sensor that says what it gives; tells of engines with too little load.",
  ).optional(),
});

/** How much power there is. Without this section nobody is told. */
export const SupplyConfig = z.strictObject({
  contractKw: kilowatts("The site may never draw more: contract, fuse or transformer.")
    .positive()
    .optional(),
  supplies: z.array(Source).max(suppliesMax).default([]).meta({
    description: "Where the power comes from; what they give is added up.",
  }),
  otherKw: kilowatts("What is no miner, where no sensor has the role site.").min(0).optional(),
  spinningReserveKw: kilowatts("Kept free at least.").min(0).default(0),
  guaranteedKw: kilowatts("The site may draw this much when no sensor says how much there is.")
    .min(0)
    .default(0),
  unitKw: kilowatts("Rating of one miner.").positive().default(3.5),
  batchKw: kilowatts("What returns at once.").positive().default(14),
  foresightMs: milliseconds(
    "A steady fall of a supply is thought on for so long: the time that miners take to stop.",
  )
    .max(60_000)
    .default(8_000),
});
export type SupplyConfig = z.infer<typeof SupplyConfig>;

/** When the feeders' sum and the site's meter disagree. */
export const BalanceConfig = z.strictObject({
  toleranceRatio: ratio("Of the larger of the two.").positive().max(1).default(0.08),
  toleranceKw: kilowatts("And at least this much; two miners.").positive().default(7),
  lastsMs: milliseconds("And for so long.").positive().default(300_000),
});

/** When a feeder counts as drawing what its miners were told to draw. */
export const ProofConfig = z.strictObject({
  settleMs: milliseconds("After a command load may move for so long.").positive().default(60_000),
  toleranceRatio: ratio("Of what its miners were told.").positive().max(1).default(0.05),
  toleranceMinKw: kilowatts("And at least this much.").positive().default(0.5),
  alarmAfterMs: milliseconds("Too much for so long is an alarm.").default(10_000),
});

export interface SensorPlace {
  readonly id: string;
  readonly role: SensorRole;
}

/** What the section and the sensors contradict each other in, as sentences. */
export function supplyProblems(
  { contractKw, supplies, otherKw }: SupplyConfig,
  sensors: readonly SensorPlace[],
): readonly string[] {
  const problems: string[] = [];
  const roleOf = new Map(sensors.map(({ id, role }) => [id, role]));
  if (contractKw === undefined && supplies.length === 0) {
    problems.push("supply needs contractKw, or at least one of supplies");
  }
  if (otherKw === undefined && !sensors.some(({ role }) => role === "site")) {
    problems.push("supply needs otherKw, or a sensor with the role site");
  }
  const ids = supplies.map(({ id }) => id);
  if (new Set(ids).size < ids.length) problems.push("two of supplies have the same id");
  for (const { id, availableFrom, loadFrom } of supplies) {
    for (const sensorId of [availableFrom, loadFrom]) {
      if (sensorId === undefined || roleOf.get(sensorId) === "supply") continue;
      problems.push(`the supply ${id} names ${sensorId}: that is no sensor with the role supply`);
    }
  }
  return problems;
}

export function supplyLaw(
  { contractKw, supplies, otherKw, ...numbers }: SupplyConfig,
  sensors: readonly SensorPlace[],
): SupplyLaw {
  const withRole = (wanted: SensorRole) => sensors.filter(({ role }) => role === wanted);
  const gauges = supplies.flatMap(({ availableFrom }) => availableFrom ?? []);
  return {
    ...numbers,
    contractKw,
    otherKw,
    supplies: supplies.map(({ id, kind, ratedKw, availableFrom, loadFrom }) => {
      return { id, kind, ratedKw, availableFrom, loadFrom };
    }),
    siteSensorCount: withRole("site").length,
    minersSensorCount: withRole("miners").length,
    neededIds: [...gauges, ...withRole("site").map(({ id }) => id)],
  };
}
