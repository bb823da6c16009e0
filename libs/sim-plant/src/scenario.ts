import * as z from "zod";
import { misbehaviours } from "./simulated-miner.ts";

const seconds = (meaning: string) => z.number().min(0).max(172_800).describe(`${meaning} In s.`);
const hertz = (meaning: string) => z.number().min(30).max(75).describe(`${meaning} In Hz.`);
const kilowatts = (meaning: string) => z.number().describe(`${meaning} In kW.`);
const ratio = (meaning: string) => z.number().min(0).max(2).describe(`${meaning} As a share of 1.`);
const stepsMax = 500;
const faultsMax = 100;

const untilS = seconds("When this step ends, from the start of the scenario.").positive();

const ScriptStep = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("hold"), untilS }),
  z.strictObject({
    kind: z.literal("step"),
    untilS,
    toHz: hertz("Jumps here at once, and stays."),
  }),
  z.strictObject({ kind: z.literal("ramp"), untilS, toHz: hertz("Reached in a straight line.") }),
  z.strictObject({
    kind: z.literal("sine"),
    untilS,
    amplitudeHz: z.number().positive().max(5).describe("Around the frequency before. In Hz."),
    periodS: seconds("One swing.").positive(),
  }),
  z.strictObject({
    kind: z.literal("noise"),
    untilS,
    deviationHz: z.number().positive().max(1).describe("Standard deviation. In Hz."),
    shortestS: seconds("Shortest period in the noise.").positive().default(20),
    longestS: seconds("Longest period in the noise.").positive().default(900),
  }),
  z.strictObject({
    kind: z.literal("voltage"),
    toRatios: z
      .tuple([ratio("L1."), ratio("L2."), ratio("L3.")])
      .readonly()
      .describe("Phase voltages from here on, as a share of nominal. Takes no time."),
  }),
  z.strictObject({
    kind: z.literal("dead-bus"),
    untilS,
    voltageRatio: ratio("What is left on all phases.").max(0.2).default(0.001),
    readingToHz: hertz(
      "An analyser shows a frequency that slides to this value, and means nothing.",
    ),
  }),
]);
export type ScriptStep = z.infer<typeof ScriptStep>;

const ScriptGridSpec = z
  .strictObject({
    kind: z.literal("script"),
    steps: z.array(ScriptStep).min(1).max(stepsMax).readonly(),
  })
  .refine(
    ({ steps }) => areAscending(steps.flatMap((s) => (s.kind === "voltage" ? [] : [s.untilS]))),
    {
      message: "each step must end later than the one before",
    },
  )
  .describe("A supply that follows a script, whatever the site draws.");
export type ScriptGridSpec = z.infer<typeof ScriptGridSpec>;

const RecordedRow = z.strictObject({
  offsetMs: z.number().int().min(0).describe("From the start of the scenario. In ms."),
  frequencyHz: z
    .number()
    .positive()
    .optional()
    .describe("Left out where the recording has a gap. In Hz."),
  voltagesV: z
    .tuple([z.number().min(0), z.number().min(0), z.number().min(0)])
    .readonly()
    .optional()
    .describe("Phase voltages. In V."),
});
export type RecordedRow = Readonly<z.infer<typeof RecordedRow>>;

const RecordedGridSpec = z
  .strictObject({
    kind: z.literal("recorded"),
    nominalVoltageV: z.number().positive().describe("Of the recorded phase voltages. In V."),
    rows: z.array(RecordedRow.readonly()).min(1).readonly(),
  })
  .refine(({ rows }) => areAscending(rows.map(({ offsetMs }) => offsetMs)), {
    message: "rows must come in the order of time",
  })
  .describe("A measured supply; each row holds until the next.");
export type RecordedGridSpec = z.infer<typeof RecordedGridSpec>;

const SwingEvent = z.strictObject({
  atS: seconds("When it begins."),
  kind: z
    .enum(["demand", "available"])
    .describe("What changes: the demand of everyone else, or what the turbines can give at most."),
  byKw: kilowatts("The change; negative for less."),
  overS: seconds("How long the change takes; 0 for a step.").default(0),
});
export type SwingEvent = Readonly<z.infer<typeof SwingEvent>>;

const SwingGridSpec = z
  .strictObject({
    kind: z.literal("swing"),
    ratedKw: kilowatts("All turbines together.").positive(),
    inertiaS: z
      .number()
      .positive()
      .max(20)
      .describe("Energy of the rotating masses over rated power (H). In s."),
    droopRatio: ratio("Frequency change that moves the governor from none to full.").positive(),
    governorTimeS: z
      .number()
      .min(0.1)
      .max(60)
      .describe("Time constant of gate or deflector. In s."),
    governorKwPerS: z.number().positive().describe("Fastest change of generation. In kW/s."),
    resetTimeS: seconds("How slowly the frequency is brought back to nominal.").positive(),
    minimumStableKw: kilowatts("Turbines cannot run below this.").min(0),
    demandKw: kilowatts("Everyone else on the island.").min(0),
    demandNoiseKw: kilowatts("Standard deviation of that demand.").min(0),
    demandNoiseTimeS: seconds("How long a deviation lasts.").positive().default(5),
    dampingRatio: z
      .number()
      .min(0)
      .max(3)
      .describe("Demand falls by this many per cent for each per cent of frequency."),
    tripLowHz: hertz("At or below this for the delay, protection shuts the island down."),
    tripHighHz: hertz("At or above this for the delay, likewise."),
    tripDelayS: seconds("How long protection waits."),
    restartAfterS: seconds("From blackout until the bus is alive again; never if left out.")
      .positive()
      .optional(),
    events: z.array(SwingEvent.readonly()).max(stepsMax).readonly().default([]),
  })
  .refine(({ tripLowHz, tripHighHz }) => tripLowHz < tripHighHz, {
    message: "tripLowHz must lie below tripHighHz",
  })
  .describe("An island with inertia and a governor; what the site draws feeds back.");
export type SwingGridSpec = z.infer<typeof SwingGridSpec>;

const GridSpec = z.discriminatedUnion("kind", [ScriptGridSpec, RecordedGridSpec, SwingGridSpec]);
export type GridSpec = z.infer<typeof GridSpec>;

const during = {
  atS: seconds("When the fault begins, from the start of the scenario."),
  durationS: seconds("How long it lasts.").positive(),
};

const ScenarioFault = z.discriminatedUnion("kind", [
  z.strictObject({
    ...during,
    kind: z
      .enum(["meter-silent", "meter-frozen"])
      .describe("The meter stops to answer; or answers the same for ever."),
    target: z.string().min(1).describe("The meter's id, or `all`."),
  }),
  z.strictObject({
    ...during,
    kind: z
      .enum(["broker-down", "history-down", "internet-down"])
      .describe("A part of the site that others lean on is gone."),
    target: z.literal("site"),
  }),
  z.strictObject({
    ...during,
    kind: z.literal("service-down").describe("A service stops, and starts again at the end."),
    target: z.string().min(1).describe("The service's name."),
  }),
  z.strictObject({
    ...during,
    kind: z.literal("miners-misbehave"),
    target: z.union([
      z.strictObject({ minerId: z.string().min(1) }),
      z.strictObject({ fleetRatio: ratio("So much of the fleet, from the first unit on.").max(1) }),
    ]),
    misbehaviour: z.enum(misbehaviours),
  }),
]);
export type ScenarioFault = Readonly<z.infer<typeof ScenarioFault>>;

/** What happens to a site, as data. Read it from YAML; all offsets count from its start. */
export const Scenario = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .describe("Also the name of its file."),
    title: z.string().min(1).max(80),
    description: z.string().min(1).describe("What happens, and where the figures come from."),
    durationS: seconds("The whole of it.").positive(),
    nominalHz: z.union([z.literal(50), z.literal(60)]).describe("In Hz."),
    grid: GridSpec,
    faults: z.array(ScenarioFault).max(faultsMax).readonly().default([]),
    settings: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .default({})
      .describe("Laid over the simulated site's file, section by section."),
    expectations: z
      .array(z.string().min(1))
      .min(1)
      .readonly()
      .describe("What a good site does, in words; checkers and people compare."),
  })
  .refine(({ faults, durationS }) => faults.every(({ atS }) => atS < durationS), {
    message: "every fault must begin before the scenario ends",
    path: ["faults"],
  })
  .readonly();
export type Scenario = z.infer<typeof Scenario>;

/** What the turbines of an island give at most; undefined where the supply has no limit of its own. */
export const supplyRatedKw = ({ grid }: Pick<Scenario, "grid">): number | undefined =>
  grid.kind === "swing" ? grid.ratedKw : undefined;

function areAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));
}
