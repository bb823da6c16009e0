import type { Topic } from "@ballast/contracts";
import { gridFrequency, gridStatus, loadTarget } from "@ballast/contracts";
import type { Exchange } from "@ballast/miner-drivers";
import type { ServiceContext, ServiceDefinition } from "@ballast/runtime";
import { Scenario } from "@ballast/sim-plant";
import type { SiteOptions } from "./build-site.ts";
import type { Fault } from "./fault.ts";

type Context = ServiceContext<unknown, Topic, Topic, Record<string, unknown>>;

/** A mistake that a person could make in a service, put in without touching the service. */
export interface PlantedBug {
  readonly name: string;
  readonly service: string;
  /** The checkers of which at least one must notice. */
  readonly noticedBy: readonly string[];
  /** Where it shows: a seed of bad weather, or a day made for it. */
  readonly circumstances: Pick<SiteOptions, "seed"> & Partial<SiteOptions>;
  readonly spoil: (context: Context) => Context;
}

/** Four calm minutes, then a fall that stays. */
const lastingDip = (toHz: number): Scenario =>
  Scenario.parse({
    name: "lasting-dip",
    title: "A fall that stays",
    description: "Made for a planted bug.",
    durationS: 3_600,
    nominalHz: 50,
    grid: {
      kind: "script",
      steps: [
        { kind: "hold", untilS: 240 },
        { kind: "ramp", untilS: 250, toHz },
        { kind: "hold", untilS: 3_600 },
      ],
    },
    expectations: ["The load falls, and stays low."],
  });

/** Just before the fall the load-controller is gone for ten minutes. */
const controllerGone: Fault = {
  name: "service-restart",
  schedule: (stage) => {
    const durationMs = 600_000;
    stage.clock.after(238_000, "gone", () => {
      stage.mark("service-restart", true);
      stage.restartService("load-controller", durationMs);
    });
    stage.clock.after(238_000 + durationMs, "back", () => stage.mark("service-restart", false));
  },
};

const meterGone: Fault = {
  name: "meter-silent",
  schedule: (stage) => {
    stage.clock.after(120_000, "gone", () => {
      stage.mark("meter-silent", true);
      stage.setMeterFault("silent", true);
    });
  },
};

const mostMinersLie: Fault = {
  name: "lying-miner",
  schedule: (stage) => {
    for (const minerId of stage.minerIds.filter((_, index) => index % 4 !== 0)) {
      stage.setMisbehaviour(minerId, "lying");
    }
  },
};

export const changed = (context: Context, changes: Partial<Context>): Context => ({
  ...context,
  ...changes,
});

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "a lost meter is not noticed: its last good value is said again and again",
    service: "grid-meter",
    noticedBy: ["never-blind"],
    circumstances: { seed: 1, scenario: lastingDip(49.8), faults: [meterGone] },
    spoil: (context) => {
      let lastGoodHz: number | undefined;
      context.clock.every(50, "bug", () => {
        if (lastGoodHz === undefined) return;
        const sample = { atMs: context.clock.wallMs(), frequencyHz: lastGoodHz, quality: "good" };
        void context.publish(gridFrequency, { meterId: "poc" }, sample as never);
      });
      return changed(context, {
        publish: async (topic, params, payload) => {
          const said = payload as { frequencyHz?: number; quality?: string; state?: string };
          if (said.quality === "good") lastGoodHz = said.frequencyHz;
          if (said.quality !== undefined && said.quality !== "good")
            return { ok: true, value: undefined };
          const isStatus = (topic as Topic) === gridStatus;
          return context.publish(topic, params, isStatus ? { ...payload, state: "good" } : payload);
        },
      });
    },
  },
  {
    name: "a target never grows old: the last one is followed for ever",
    service: "asic-controller",
    noticedBy: ["sheds-in-time"],
    circumstances: { seed: 1, scenario: lastingDip(49.4), faults: [controllerGone] },
    spoil: (context) =>
      changed(context, {
        subscribe: (topic, read) => {
          let latest: Parameters<typeof read>[0] | undefined;
          if ((topic as Topic) === loadTarget) {
            context.clock.every(500, "bug", () => {
              if (latest === undefined) return;
              const payload = { ...latest.payload, atMs: context.clock.wallMs() };
              read({ ...latest, payload, receivedMonoMs: context.clock.monotonicMs() });
            });
          }
          return context.subscribe(topic, (message) => {
            latest = message;
            read(message);
          });
        },
      }),
  },
  {
    name: "the target is a tenth too high",
    service: "load-controller",
    noticedBy: ["sheds-in-time", "lowest-cap-rules"],
    circumstances: { seed: 1 },
    spoil: (context) =>
      changed(context, {
        publish: (topic, params, payload) => {
          if ((topic as Topic) !== loadTarget) return context.publish(topic, params, payload);
          const { targetKw } = payload as { targetKw: number };
          const spoiled = { ...payload, targetKw: Math.min(560, targetKw * 1.1 + 10) };
          return context.publish(topic, params, spoiled);
        },
      }),
  },
  {
    name: "every stop is sent a dozen times",
    service: "asic-controller",
    noticedBy: ["gentle"],
    circumstances: { seed: 1 },
    spoil: (context) => {
      const exchange = context.ports["exchange"] as Exchange;
      const repeated: Exchange = async (request) => {
        const text = new TextDecoder().decode(request.request);
        const isStop = /pause|curtail|ascdisable/.test(text) && !text.includes("wakeup");
        for (let count = 0; isStop && count < 11; count += 1) await exchange(request);
        return exchange(request);
      };
      return changed(context, { ports: { ...context.ports, exchange: repeated } });
    },
  },
  {
    name: "the word of a miner is believed: a stop that was heard counts as done",
    service: "asic-controller",
    noticedBy: ["measured-follows"],
    circumstances: { seed: 1, scenario: lastingDip(49.55), faults: [mostMinersLie] },
    spoil: (context) => {
      const exchange = context.ports["exchange"] as Exchange;
      const stopped = new Set<string>();
      const believing: Exchange = async (request) => {
        const text = new TextDecoder().decode(request.request);
        if (/pause|ascdisable|"[^"]*,sleep"/.test(text)) stopped.add(request.host);
        if (/resume|ascenable|wakeup/.test(text)) stopped.delete(request.host);
        const reply = await exchange(request);
        if (!reply.ok || !stopped.has(request.host)) return reply;
        const told = new TextDecoder()
          .decode(reply.value)
          .replaceAll(/("(?:MHS|GHS) (?:5s|1m)":)[\d.e+]+/g, "$10")
          .replaceAll(/("(?:Watts|ApproximateMinerPowerConsumption)":)[\d.]+/g, "$130")
          .replaceAll('"CurtailMode":"None"', '"CurtailMode":"Sleep"')
          .replaceAll('"Enabled":"Y"', '"Enabled":"N"');
        return { ok: true, value: new TextEncoder().encode(told) };
      };
      return changed(context, { ports: { ...context.ports, exchange: believing } });
    },
  },
  {
    name: "a fresh start trusts the first target and wakes at once",
    service: "asic-controller",
    noticedBy: ["restarts-are-quiet", "gentle", "no-early-return"],
    circumstances: { seed: 2 },
    spoil: (context) => {
      const config = context.config as { policy: object };
      const hasty = { bootHoldMs: 0, minOffMs: 0, batchRatio: 1, rampRatio: 1, batchSpacingMs: 1 };
      return changed(context, { config: { ...config, policy: { ...config.policy, ...hasty } } });
    },
  },
];

/** The definition with the bug in it; any other definition as it is. */
export const withBug =
  (bug: PlantedBug) =>
  (definition: ServiceDefinition): ServiceDefinition =>
    definition.name === bug.service
      ? { ...definition, start: (context) => definition.start(bug.spoil(context as Context)) }
      : definition;
