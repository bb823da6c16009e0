import {
  fleetStatus,
  gridFrequency,
  gridReading,
  gridStatus,
  loadCap,
  loadDecision,
  loadTarget,
  powerSupply,
} from "@ballast/contracts";
import { defineService } from "@ballast/runtime";
import { LoadControllerConfig } from "./config.ts";
import { type Decision, decide } from "./core/decide.ts";
import { encodeEntry, encodeHead } from "./core/journal-line.ts";
import type { FrequencySample } from "./core/picture.ts";
import { bootState } from "./core/state.ts";
import { type Cron, cronByCalendar } from "./cron.ts";
import { Inputs, sampleFrom } from "./inputs.ts";
import { Outputs } from "./outputs.ts";
import { lawOf } from "./parameters.ts";
import { runSchedules } from "./run-schedules.ts";

/** Time passes also when no sample comes: ages grow, caps end, batches fall due. */
const heartbeatMs = 200;

export interface LoadControllerPorts {
  readonly cron: Cron;
}

export const loadController = defineService({
  name: "load-controller",
  summary: "Turns grid, supply and operator limits into one number: the power the site may draw.",
  config: LoadControllerConfig,
  check: (config, site) =>
    config.nominalHz === site.nominalHz
      ? []
      : [`nominalHz is ${config.nominalHz}, but that of the site is ${site.nominalHz}`],
  publishes: [loadTarget, loadDecision, loadCap],
  keeps: [{ topic: loadDecision, whenFull: "oldest-goes" }],
  // It reads its own target back once: a start must not allow more than was allowed before.
  subscribes: [
    gridFrequency,
    gridReading,
    gridStatus,
    loadCap,
    powerSupply,
    fleetStatus,
    loadTarget,
  ],
  ports: (): LoadControllerPorts => ({ cron: cronByCalendar }),

  async start(context) {
    const { config, clock, random, alarms, keep, openJournal, subscribe, publish } = context;
    const law = lawOf(config);
    const inputs = new Inputs(clock, config.meters, config.fleets);
    const outputs = new Outputs(
      context,
      {
        target: (target) => void publish(loadTarget, {}, target),
        decision: (decision) => void keep(loadDecision, {}, decision, decision.decisionId),
      },
      config.meters,
    );
    const seed = random.integer(0, 0xffff_ffff);
    let state = bootState({ nowMonoMs: Math.floor(clock.monotonicMs()), seed }, law);
    const journal = openJournal({
      folder: "decisions",
      header: () => encodeHead(law, state),
      onTrouble: (detail) =>
        alarms.set(detail !== undefined, "journal.failed", "decisions", detail ?? ""),
    });

    const decideNow = (fresh?: { meterId: string; sample: FrequencySample }): Decision => {
      const picture = inputs.picture(fresh);
      const decision = decide(state, picture, law);
      journal.append(encodeEntry(picture, decision));
      state = decision.state;
      if (decision.targetW !== undefined) inputs.onTargetBeforeStart(undefined);
      return decision;
    };

    await subscribe(loadTarget, ({ payload, isRetained }) => {
      if (isRetained && state.targetW === undefined) inputs.onTargetBeforeStart(payload.targetKw);
    });
    await subscribe(loadCap, ({ params, payload }) => inputs.onCap(params.source, payload));
    await subscribe(powerSupply, (message) => inputs.onSupply(message));
    await subscribe(gridStatus, (message) => inputs.onStatus(message));
    await subscribe(gridReading, (message) => inputs.onReading(message));
    await subscribe(fleetStatus, (message) => inputs.onFleet(message));
    await subscribe(gridFrequency, (message) => {
      const { meterId } = message.params;
      const sample = sampleFrom(message, gridFrequency.maxAgeMs ?? 0, clock);
      if (sample === undefined || !inputs.knowsMeter(meterId)) return;
      outputs.tell(decideNow({ meterId, sample }), { isRegular: false, sample });
    });

    const stopHeartbeat = clock.every(heartbeatMs, "decide", () =>
      outputs.tell(decideNow(), { isRegular: true }),
    );
    const stopSchedules = runSchedules(config.schedules, context, (source, cap) => {
      inputs.onCap(source, cap); // Also when the broker is away.
      void publish(loadCap, { source }, cap);
    });
    return {
      stop: async () => {
        stopHeartbeat();
        stopSchedules();
        await journal.close();
      },
    };
  },
});
