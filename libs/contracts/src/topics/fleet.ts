import * as z from "zod";
import { defineTopic } from "../define-topic.ts";
import {
  atMs,
  celsius,
  count,
  instant,
  kilowatts,
  milliseconds,
  rotationsPerMinute,
  slug,
  terahashesPerSecond,
  text,
  watts,
} from "../quantities.ts";

export const fleetStatus = defineTopic({
  address: "ballast/v1/fleet/{fleetId}/status",
  kind: "state",
  publishers: ["asic-controller"],
  summary: "The fleet in numbers: how many run, what they draw, what could not be switched.",
  maxAgeMs: 5_000,
  payload: z.object({
    atMs,
    isReadBack: z.boolean().meta({ description: "Every miner was asked once since the start." }),
    minerCount: count("Miners in the site file."),
    hashingCount: count("Running as wanted."),
    startingCount: count("Booting or ramping."),
    stoppingCount: count("Told to sleep, not yet proven."),
    sleepingCount: count("Asleep, proven by measurement."),
    faultyCount: count("Neither: no pool, or a fault of their own."),
    unknownCount: count("Not heard of lately; they count as drawing power."),
    unresponsiveCount: count("Among all these, those that did not follow a command."),
    ratedKw: kilowatts("Nameplate of the whole fleet."),
    commandedKw: kilowatts("Planned power of all that may run."),
    measuredKw: kilowatts("What the miners say they draw; nameplate where they do not say."),
    targetKw: kilowatts("The target that is followed.").optional(),
    cyclesMinCount: count("Fewest stops of any miner."),
    cyclesMaxCount: count("Most stops of any miner."),
  }),
});

export const feederCommands = defineTopic({
  address: "ballast/v1/fleet/{fleetId}/feeders/{feederId}",
  kind: "state",
  publishers: ["asic-controller"],
  summary: "What the miners of one feeder were told to draw, to be held against its meter.",
  maxAgeMs: 5_000,
  payload: z.object({
    atMs,
    changedAtMs: instant("When a miner of it was last told to sleep or to wake."),
    minerCount: count("Miners on the feeder."),
    runningCount: count("Of them, told to run."),
    commandedKw: kilowatts("Nameplate of those told to run."),
    plannedKw: kilowatts("What those told to run may draw while some of them start and tune."),
    standbyKw: kilowatts("Standby of those told to sleep."),
    unprovenCount: count("Told to sleep, and nothing of their own proves it."),
  }),
});

export const minerMode = z.enum([
  "hashing",
  "starting",
  "stopping",
  "sleeping",
  "no-pool",
  "fault",
  "unknown",
]);
export type MinerMode = z.infer<typeof minerMode>;

export const minerStatus = defineTopic({
  address: "ballast/v1/miners/{minerId}/status",
  kind: "state",
  publishers: ["asic-controller"],
  summary: "What one miner should do, what it does, and how worn it is.",
  maxAgeMs: undefined,
  payload: z.object({
    atMs,
    wanted: z.enum(["run", "sleep"]),
    mode: minerMode,
    health: z.enum(["ok", "unconfirmed", "unresponsive", "unreachable", "stopped-by-others"]),
    cyclesCount: count("Stops in its life, as the journal has it."),
    lastOffAtMs: instant("When it was last told to stop.").optional(),
  }),
});

export const powerSource = z.enum(["measured", "estimated", "nameplate", "unknown"]);

export const minerReading = defineTopic({
  address: "ballast/v1/miners/{minerId}/reading",
  kind: "sample",
  publishers: ["asic-controller"],
  summary: "One miner's telemetry in one shape. What it did not say is not there.",
  maxAgeMs: 30_000,
  payload: z.object({
    atMs,
    mode: minerMode,
    hashrateThs: terahashesPerSecond("Short-window hashrate.").optional(),
    expectedThs: terahashesPerSecond("What it should do now.").optional(),
    powerW: watts("What it draws, see powerSource.").optional(),
    powerSource,
    boardTemperaturesC: z.array(celsius("Per board.")).max(16),
    chipMaxC: celsius("The hottest chip.").optional(),
    fansRpm: z.array(rotationsPerMinute("Per fan.")).max(16),
    uptimeMs: milliseconds("Of the mining process.").optional(),
    acceptedCount: count("Shares accepted since its start.").optional(),
    rejectedCount: count("Shares rejected since its start.").optional(),
    hardwareErrorsCount: count("Hardware errors since its start.").optional(),
    pools: z
      .array(
        z.object({
          url: text("As the miner has it, without credentials."),
          user: text("Worker name."),
          isActive: z.boolean(),
          isAlive: z.boolean(),
        }),
      )
      .max(16),
    faults: z.array(z.object({ code: text("The vendor's."), text: text("In words.") })).max(32),
  }),
});

export const minerFacts = defineTopic({
  address: "ballast/v1/miners/{minerId}/facts",
  kind: "state",
  publishers: ["asic-controller"],
  summary: "What one miner is and where it stands, as the site file describes it.",
  maxAgeMs: undefined,
  payload: z.object({
    atMs,
    driver: slug("Its firmware."),
    model: text("As the label says.").optional(),
    feeder: slug("Where its power comes from."),
    phase: text("Where it is connected."),
    location: text("For people: row, rack, slot.").optional(),
    ratedW: watts("Power by its label."),
  }),
});

export const minerCycle = defineTopic({
  address: "ballast/v1/miners/{minerId}/cycle",
  kind: "event",
  publishers: ["asic-controller"],
  summary: "A miner was told to stop or to start; a stop counts as one cycle of wear.",
  maxAgeMs: undefined,
  payload: z.object({
    atMs,
    cycleId: text("Unique; readers drop duplicates by it."),
    minerId: slug("Which miner."),
    kind: z.enum(["off", "on"]),
    cyclesCount: count("Stops in its life, this one included."),
    reason: text("Why it was chosen."),
    decisionId: text("The decision behind it, where there was one.").optional(),
  }),
});
