import { celsius, count, milliseconds, ratio } from "@ballast/contracts";
import * as z from "zod";

/** Every number that the control of the fleet depends on, with the reason for its default. */
export const Policy = z.strictObject({
  targetFreshMs: milliseconds("An older target wakes nobody.").default(1_000),
  targetLostMs: milliseconds("From this age of the target on, load is shed in steps.").default(
    10_000,
  ),
  lostStepMs: milliseconds("Time between these steps.").positive().default(5_000),
  lostStepRatio: ratio("Share of the fleet in each step.").positive().max(1).default(0.125),

  bootHoldMs: milliseconds("Nobody is woken so soon after the start.").default(60_000),
  readBackGraceMs: milliseconds(
    "So long after the start the journal's word is good for a miner not yet heard.",
  ).default(10_000),
  reconcileMs: milliseconds(
    "A miner found asleep after an outage of ours no longer than this was stopped by us.",
  ).default(60_000),
  adoptSleeping: z.boolean().default(false).meta({
    description: "Whether miners that others put to sleep are taken over and woken.",
  }),

  batchRatio: ratio("Share of the fleet that one batch of wakes may hold; at least one miner.")
    .positive()
    .max(1)
    .default(0.025),
  batchSpacingMs: milliseconds("Time between two batches.").positive().default(15_000),
  rampRatio: ratio("Share of the fleet that may be woken in any 60 s; above 1 in rehearsals.")
    .positive()
    .max(100)
    .default(0.1),
  minOffMs: milliseconds(
    "A stopped miner rests so long: power supplies discharge and fans run down.",
  ).default(300_000),
  dailyCyclesSoftCount: count("From so many stops a day on, others are woken first.").default(12),
  dailyCyclesHardCount: count("After so many stops a day a miner stays off.").default(48),

  warmMs: milliseconds("Hashing for so long, a miner has done its tuning.").default(600_000),
  warmRatio: ratio("Power to plan for a warm miner, of its usual or rated power.").default(1.05),
  coldRatio: ratio("Power to plan for a miner that starts or tunes, of its rating.").default(1.15),

  retryMs: milliseconds("A stop without any effect is sent once more after this.").default(3_000),
  unresponsiveMs: milliseconds(
    "A miner that still draws power by then is replaced; slow firmware gets its own time.",
  ).default(10_000),
  reattemptMs: milliseconds("How often an unresponsive miner is told again.").default(60_000),
  attemptsMaxCount: count("After so many attempts in a row it is given up.").default(60),
  wakeSignMs: milliseconds(
    "A miner that still sleeps so long after its wake goes back into the queue.",
  ).default(30_000),

  sleepingPowerRatio: ratio("At or below this share of its rating a miner rests.").default(0.2),
  sleepingHashrateRatio: ratio(
    "The same in hashrate, for miners that do not tell their power.",
  ).default(0.1),
  chipHotC: celsius("From this chip temperature on, a miner is shed first.").default(95),
  readingMaxAgeMs: milliseconds("A miner not heard for longer counts as drawing.").default(30_000),
});
export type Policy = z.infer<typeof Policy>;
