import {
  count,
  hertz,
  hertzPerSecond,
  isTimezone,
  kilowatts,
  milliseconds,
  slug,
  text,
} from "@ballast/contracts";
import * as z from "zod";
import { isCron } from "./cron.ts";
import { problemsOf } from "./parameters.ts";
import { profileNames } from "./profiles.ts";

/** One number of the profile, replaced. Frequencies are those of the site's own grid. */
const Overrides = z.strictObject({
  tripHz: hertz("At or below this everything is off.").optional(),
  stageCount: count("Into how many equal steps the load is shed.").min(1).max(32).optional(),
  stageWidthHz: hertz("From one stage's threshold to the next.").positive().optional(),
  confirmMs: milliseconds("How long two good samples must stay low.").positive().optional(),
  emergencyHz: hertz("At or below this one sample and its re-read are enough.").optional(),
  rereadWaitMs: milliseconds("A re-read later than this counts as agreement.").max(300).optional(),
  kick: z
    .enum(["off", "steps", "windows"])
    .meta({ description: "How a fast fall is told: by steps of 1 s or by windows of 0.5 s." })
    .optional(),
  kickSlopeHzPerS: hertzPerSecond("A fall at least this fast sheds ahead.").negative().optional(),
  kickCeilingHz: hertz("Above this no fall sheds ahead.").optional(),
  kickStageCount: count("The most stages that a fast fall sheds by itself.").max(16).optional(),
  holdHz: hertz("Below this nothing is switched on.").optional(),
  restoreHz: hertz("The 10 s mean must lie above this before load returns.").optional(),
  recoverMs: milliseconds("Good samples for so long end blindness, also at a start.").optional(),
  restoreWaitMs: milliseconds("How long the grid must be calm before load returns.").optional(),
  restoreWaitShortMs: milliseconds("The same after a mere kick, and after a dip.").optional(),
  randomDelayMaxMs: milliseconds("Upper end of the random delay before load returns.").optional(),
  batchSpacingMs: milliseconds("From one returning batch to the next.").positive().optional(),
});

const OverFrequency = z.strictObject({
  baseKw: kilowatts("What the site draws while frequency is ordinary.").min(0),
  startHz: hertz("Above this the site may draw more than its base."),
  fullHz: hertz("From this on it may draw its full rating."),
});

const Schedule = z.strictObject({
  name: slug("Names the cap: load/caps/schedule-<name>."),
  cron: z
    .string()
    .regex(/^\S+( \S+){4}$/, "five fields: minute hour day month weekday")
    .refine(isCron, "a field is out of its range")
    .meta({ description: "When it begins." }),
  durationMs: milliseconds("How long it lasts.")
    .min(60_000)
    .max(7 * 86_400_000),
  capKw: kilowatts("No more than this meanwhile.").min(0),
  timezone: text("Name of the time zone that the times are in.")
    .refine(isTimezone, "this time zone is not known")
    .default("UTC"),
});
export type Schedule = z.infer<typeof Schedule>;

export const LoadControllerConfig = z
  .strictObject({
    meters: z
      .array(slug("A meter that grid-meter reads."))
      .min(1)
      .max(8)
      .refine((meters) => new Set(meters).size === meters.length, "a meter is named twice")
      .meta({ description: "Meters at the connection point. All must be good to restore." }),
    fleets: z
      .array(slug("A fleet that an asic-controller runs."))
      .min(1)
      .max(64)
      .default(["main"])
      .meta({ description: "Whose load is taken over at a start." }),
    nominalHz: z
      .union([z.literal(50), z.literal(60)])
      .default(50)
      .meta({ unit: "Hz", description: "The grid's nominal frequency, as in the site section." }),
    profile: z
      .enum(profileNames)
      .default("default")
      .meta({ description: "How the site behaves towards its grid." }),
    overrides: Overrides.prefault({}),
    isRehearsal: z.boolean().default(false).meta({
      description: "Lets load return faster than any grid should see it: for simulators only.",
    }),
    meterResolutionHz: hertz("The smallest step that the coarsest meter shows.")
      .positive()
      .optional(),
    ratedKw: kilowatts("Nameplate of all miners together.").positive(),
    safeKw: kilowatts("What may keep running when the site is blind.").min(0).default(0),
    batchKw: kilowatts("What returns at once; 2.5 % of the rating where left out.")
      .positive()
      .optional(),
    followsSupply: z.boolean().default(false).meta({
      description:
        "Whether miners stay within what power-sensors says is there. Its silence lowers the load.",
    }),
    overFrequency: OverFrequency.optional(),
    schedules: z
      .array(Schedule)
      .max(32)
      .default([])
      .meta({ description: "Ceilings that come and go by the calendar." }),
  })
  .superRefine((config, context) => {
    for (const message of problemsOf(config)) context.addIssue({ code: "custom", message });
  });
export type LoadControllerConfig = z.infer<typeof LoadControllerConfig>;

export const exampleConfig: LoadControllerConfig = LoadControllerConfig.parse({
  meters: ["poc"],
  ratedKw: 560,
});
