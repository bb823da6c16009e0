import {
  alarmCodes,
  atMs,
  count,
  gridPhase,
  hertz,
  hertzPerSecond,
  instant,
  kilowattHours,
  kilowatts,
  loadDecision,
  milliseconds,
  ratio,
  slug,
  watts,
} from "@ballast/contracts";
import * as z from "zod";

/** What is kept of free text; the database would take more, and nobody would read it. */
const words = z.string().max(2_000);

/** Natural: the same fact has the same id whoever tells it, and however often. */
const id = z.string().min(1).max(300);
const updatedAtMs = instant("When this was last known to be so; the newer word wins.");

/** Shared by all: the id, and when it happened. `atMs` never changes for the same id. */
const record = <const Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), id, atMs, ...shape });

const minerIds = (description: string) => z.array(z.string()).max(500).meta({ description });

/** A machine of the fleet, as last described. `atMs` is when it was first seen. */
export const MinerRecord = record("miner", {
  updatedAtMs,
  driver: words.optional(),
  model: words.optional(),
  feeder: words.optional(),
  phase: words.optional(),
  location: words.optional(),
  ratedW: watts("By its label.").optional(),
});

/** A miner was told to stop or to start. The id is that of the bus. */
export const CycleRecord = record("cycle", {
  minerId: slug("Which miner."),
  order: z.enum(["off", "on"]),
  cyclesCount: count("Stops in its life, this one included."),
  reason: words,
  decisionId: words.optional(),
});

/** The target moved. Mere ramps are thinned out. */
export const DecisionRecord = record("decision", {
  reason: words,
  phase: gridPhase,
  binding: words,
  targetKw: kilowatts("The result."),
  targetBeforeKw: kilowatts("What held until then."),
  frequencyHz: hertz("The frequency that decided.").optional(),
  slopeHzPerS: hertzPerSecond("Rate of change, where it could be told.").optional(),
  caps: loadDecision.payload.shape.caps,
  meters: loadDecision.payload.shape.meters,
});

/** A disturbance of the grid. `atMs` is when it began; it is told again when more is known. */
export const GridEventRecord = record("gridEvent", {
  updatedAtMs,
  meterId: slug("Whose frequency it is."),
  trigger: z.enum(["frequency", "slope", "phase"]),
  endedAtMs: instant("Calm again, and the load back.").optional(),
  nadirHz: hertz("The lowest frequency so far.").optional(),
  nadirAtMs: instant("When it was that low.").optional(),
  zenithHz: hertz("The highest frequency so far.").optional(),
  slopeMaxHzPerS: hertzPerSecond("The fastest change, signed.").optional(),
  targetBeforeKw: kilowatts("The target when it began.").optional(),
  targetMinKw: kilowatts("The lowest target so far.").optional(),
  measuredBeforeKw: kilowatts("The load when it began.").optional(),
  measuredMinKw: kilowatts("The lowest load so far.").optional(),
  unresponsiveIds: minerIds("Miners that did not follow their order."),
  unconfirmedIds: minerIds("Miners whose obedience no measurement had proved for a while."),
});

/** `measured`: the miners by what they say; `meter`: the connection point. */
export const sampleSeries = z.enum(["frequencyHz", "targetKw", "measuredKw", "meterKw"]);
export type SampleSeries = z.infer<typeof sampleSeries>;

const samplesPerChunkMax = 2_000;

/** A few seconds of one curve around a grid event. `atMs` is that of the first sample. */
export const GridEventSamplesRecord = record("gridEventSamples", {
  eventId: id,
  series: sampleSeries,
  offsetsMs: z.array(z.number().int()).max(samplesPerChunkMax),
  values: z.array(z.number()).max(samplesPerChunkMax),
  /** Where a quality is known: one for each sample. */
  areGood: z.array(z.boolean()).max(samplesPerChunkMax).optional(),
});

/** `atMs` is the start of the minute; of two tales of one minute the fuller one counts. */
export const FrequencyMinuteRecord = record("frequencyMinute", {
  meterId: slug("Which meter."),
  minHz: hertz("The lowest good sample.").optional(),
  maxHz: hertz("The highest good sample.").optional(),
  meanHz: hertz("Of the good samples.").optional(),
  deviationHz: hertz("Standard deviation of the good samples.").optional(),
  sampleCount: count("All samples."),
  goodRatio: ratio("Share of them that was good."),
});

/** Means over one minute. What nobody measured is not there. */
export const PowerMinuteRecord = record("powerMinute", {
  siteKw: kilowatts("What the connection point drew.").optional(),
  minersKw: kilowatts("What the miners drew.").optional(),
  allowedKw: kilowatts("What the site might draw.").optional(),
  targetKw: kilowatts("What the miners might draw.").optional(),
  feedersKw: z.record(z.string(), z.number()),
  sampleCount: count("Measurements behind it."),
});

/** Something was gone for a while. `atMs` is when that began. */
export const OutageRecord = record("outage", {
  updatedAtMs,
  what: z.enum(["meter", "sensor", "service", "frequency", "supply", "internet", "upstream"]),
  subject: words,
  detail: words,
  endedAtMs: instant("When it was back.").optional(),
});

/** An alarm from raise to clear. `atMs` is when it was raised. */
export const AlertRecord = record("alert", {
  updatedAtMs,
  service: words,
  code: z.enum(alarmCodes),
  subject: words,
  severity: z.enum(["info", "warning", "critical"]),
  detail: words,
  endedAtMs: instant("When it was cleared.").optional(),
});

/** A person, or a program for a person, asked for something. */
export const CommandRecord = record("command", {
  updatedAtMs,
  who: words,
  what: words,
  why: words,
  result: words.optional(),
});

/** One day of the site's calendar. `atMs` is its start, the id its date. */
export const EnergyDayRecord = record("energyDay", {
  updatedAtMs,
  energyKwh: kilowattHours("Drawn at the connection point; by the miners where it has no meter."),
  source: z.enum(["counter", "integrated"]),
  coveredRatio: ratio("Share of the day so far that was measured."),
  cost: z.number().optional(),
  currency: z.string().max(3).optional(),
});

/**
 * How long a miner was in which mode, on one day, as one run of the historian saw it: the day's
 * records of one miner add up.
 */
export const MinerDayRecord = record("minerDay", {
  updatedAtMs,
  day: z.iso.date().meta({ description: "Of the site's calendar." }),
  minerId: slug("Which miner."),
  hashingMs: milliseconds("Running as wanted."),
  startingMs: milliseconds("Booting or ramping."),
  sleepingMs: milliseconds("Asleep, or on its way there."),
  faultyMs: milliseconds("Without a pool, or with a fault of its own."),
  unknownMs: milliseconds("Nobody knew."),
  wantedMs: milliseconds("Wanted to run, whatever it did."),
});

/** Everything that is kept. */
export const HistoryRecord = z.discriminatedUnion("kind", [
  MinerRecord,
  CycleRecord,
  DecisionRecord,
  GridEventRecord,
  GridEventSamplesRecord,
  FrequencyMinuteRecord,
  PowerMinuteRecord,
  OutageRecord,
  AlertRecord,
  CommandRecord,
  EnergyDayRecord,
  MinerDayRecord,
]);
export type HistoryRecord = z.infer<typeof HistoryRecord>;
export type RecordKind = HistoryRecord["kind"];
export type RecordOf<Kind extends RecordKind> = Extract<HistoryRecord, { kind: Kind }>;

export type MinerRecord = z.infer<typeof MinerRecord>;
export type CycleRecord = z.infer<typeof CycleRecord>;
export type DecisionRecord = z.infer<typeof DecisionRecord>;
export type GridEventRecord = z.infer<typeof GridEventRecord>;
export type GridEventSamplesRecord = z.infer<typeof GridEventSamplesRecord>;
export type FrequencyMinuteRecord = z.infer<typeof FrequencyMinuteRecord>;
export type PowerMinuteRecord = z.infer<typeof PowerMinuteRecord>;
export type OutageRecord = z.infer<typeof OutageRecord>;
export type AlertRecord = z.infer<typeof AlertRecord>;
export type CommandRecord = z.infer<typeof CommandRecord>;
export type EnergyDayRecord = z.infer<typeof EnergyDayRecord>;
export type MinerDayRecord = z.infer<typeof MinerDayRecord>;
