import type { Bus } from "@ballast/bus";
import {
  fleetStatus,
  gridFrequency,
  gridStatus,
  loadDecision,
  loadTarget,
  type PayloadOf,
  powerSupply,
  serviceAlarm,
  serviceStatus,
} from "@ballast/contracts";
import type { Clock } from "@ballast/kernel";

/** Enough for the trend line on a wide screen. */
const trendMax = 120;
const trendStepMs = 500;
const decisionsMax = 50;

export type Decision = PayloadOf<typeof loadDecision>;
export type Alarm = PayloadOf<typeof serviceAlarm>;

export interface MeterView {
  readonly frequencyHz: number | undefined;
  readonly quality: string;
  readonly state: string;
  readonly receivedMonoMs: number;
}

/** What a person at the screen sees; all of it came over the bus, nothing is asked elsewhere. */
export interface SiteModel {
  readonly meters: ReadonlyMap<string, MeterView>;
  /** The lowest good frequency of each half second, oldest first. */
  readonly trendHz: readonly number[];
  readonly target: PayloadOf<typeof loadTarget> | undefined;
  readonly fleet: PayloadOf<typeof fleetStatus> | undefined;
  /** Undefined where nobody says how much there is. */
  readonly supply: PayloadOf<typeof powerSupply> | undefined;
  readonly decisions: readonly Decision[];
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly services: ReadonlyMap<string, string>;
}

export interface ModelListeners {
  readonly onDecision?: (decision: Decision) => void;
  readonly onAlarm?: (alarm: Alarm) => void;
}

/** Follows the bus for as long as the bus lives. */
export async function followSite(
  bus: Bus,
  clock: Clock,
  listeners: ModelListeners = {},
): Promise<SiteModel> {
  const meters = new Map<string, MeterView>();
  const trendHz: number[] = [];
  const decisions: Decision[] = [];
  const alarms = new Map<string, Alarm>();
  const services = new Map<string, string>();
  const model = {
    meters,
    trendHz,
    target: undefined as SiteModel["target"],
    fleet: undefined as SiteModel["fleet"],
    supply: undefined as SiteModel["supply"],
    decisions,
    alarms,
    services,
  };
  let trendEndsMonoMs = 0;
  await bus.subscribe(gridFrequency, ({ params, payload, receivedMonoMs }) => {
    const { frequencyHz, quality } = payload;
    const state = meters.get(params.meterId)?.state ?? "unknown";
    meters.set(params.meterId, { frequencyHz, quality, state, receivedMonoMs });
    if (quality !== "good") return;
    if (receivedMonoMs >= trendEndsMonoMs) {
      trendEndsMonoMs = receivedMonoMs + trendStepMs;
      trendHz.push(frequencyHz);
      if (trendHz.length > trendMax) trendHz.shift();
    } else {
      trendHz.push(Math.min(trendHz.pop() ?? frequencyHz, frequencyHz));
    }
  });
  await bus.subscribe(gridStatus, ({ params, payload }) => {
    const before = meters.get(params.meterId);
    meters.set(params.meterId, {
      frequencyHz: before?.frequencyHz,
      quality: before?.quality ?? "unknown",
      state: payload.state,
      receivedMonoMs: before?.receivedMonoMs ?? clock.monotonicMs(),
    });
  });
  await bus.subscribe(loadTarget, ({ payload }) => {
    model.target = payload;
  });
  await bus.subscribe(loadDecision, ({ payload }) => {
    // What the history did not hear is said again; here it is known, or too old to matter.
    if (payload.atMs < (decisions.at(-1)?.atMs ?? 0)) return;
    if (payload.decisionId === decisions.at(-1)?.decisionId) return;
    decisions.push(payload);
    if (decisions.length > decisionsMax) decisions.shift();
    listeners.onDecision?.(payload);
  });
  await bus.subscribe(fleetStatus, ({ payload }) => {
    model.fleet = payload;
  });
  await bus.subscribe(powerSupply, ({ payload }) => {
    model.supply = payload;
  });
  await followServices(bus, alarms, services, listeners);
  return model;
}

async function followServices(
  bus: Bus,
  alarms: Map<string, Alarm>,
  services: Map<string, string>,
  { onAlarm }: ModelListeners,
): Promise<void> {
  await bus.subscribe(serviceAlarm, ({ payload, isRetained }) => {
    const key = `${payload.code}/${payload.subject}`;
    if (payload.isRaised) alarms.set(key, payload);
    else alarms.delete(key);
    if (!isRetained) onAlarm?.(payload);
  });
  await bus.subscribe(serviceStatus, ({ params, payload }) => {
    services.set(params.service, payload.state);
  });
}
