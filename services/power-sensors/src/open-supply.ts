import { type feederProof, type PayloadOf, type powerSupply, wattsBelow } from "@ballast/contracts";
import type { Cancel, Clock, Log, Metrics } from "@ballast/kernel";
import type { AlarmBoard } from "@ballast/runtime";
import { type EngineTrack, watchEngines } from "./core/engine-load.ts";
import type { SensorWord, SitePicture } from "./core/site-picture.ts";
import {
  decideSupply,
  type SupplyDecision,
  type SupplyState,
  startSupply,
} from "./core/supply-budget.ts";
import type { SupplyLaw } from "./core/supply-law.ts";
import { FeederWatch, type FeederWatchOptions } from "./feeder-watch.ts";
import type { FleetWords } from "./fleet-words.ts";

/** Often enough that a fall is passed on at once. */
const decideMs = 200;
const sayMs = 1_000;

export type SupplyPayload = PayloadOf<typeof powerSupply>;
export type ProofPayload = PayloadOf<typeof feederProof>;

export interface SupplyOptions extends FeederWatchOptions {
  /** Undefined: nobody asked how much there is; feeders are watched all the same. */
  readonly law: SupplyLaw | undefined;
  /** What the sensors say now; only what can be believed. */
  readonly words: () => readonly SensorWord[];
  readonly fleets: FleetWords;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly alarms: AlarmBoard;
  readonly onSupply: (supply: SupplyPayload) => void;
}

/** Watches the supply and the feeders, and says what is there and what is proven. */
export function openSupply(options: SupplyOptions): Cancel {
  const { clock, words, fleets } = options;
  const picture = (): SitePicture => ({
    nowMonoMs: clock.monotonicMs(),
    sensors: words(),
    fleet: fleets.word(),
  });
  const feeders = new FeederWatch(options);
  const desk = options.law === undefined ? undefined : new SupplyDesk(options.law, options);
  const cancels = [
    clock.every(sayMs, "feeders", () => feeders.look(picture())),
    ...(desk === undefined ? [] : [clock.every(decideMs, "supply", () => desk.decide(picture()))]),
  ];
  return () => {
    for (const cancel of cancels) cancel();
  };
}

type Surroundings = Pick<SupplyOptions, "clock" | "log" | "metrics" | "alarms" | "onSupply">;

class SupplyDesk {
  readonly #law: SupplyLaw;
  readonly #around: Surroundings;
  #state: SupplyState;
  #engines: EngineTrack = new Map();
  #said: SupplyDecision | undefined;
  #saidMonoMs = Number.NEGATIVE_INFINITY;

  constructor(law: SupplyLaw, around: Surroundings) {
    this.#law = law;
    this.#around = around;
    this.#state = startSupply(around.clock.monotonicMs(), law);
  }

  decide(picture: SitePicture): void {
    const { state, decision } = decideSupply(this.#state, picture, this.#law);
    this.#state = state;
    if (decision === undefined) return;
    const { nowMonoMs } = picture;
    const isUrgent =
      decision.state !== this.#said?.state ||
      wattsBelow(decision.capKw) < wattsBelow(this.#said.capKw);
    if (!isUrgent && nowMonoMs - this.#saidMonoMs < sayMs) return;
    this.#saidMonoMs = nowMonoMs;
    this.#say(decision);
    this.#watchEngines(picture);
  }

  #say(decision: SupplyDecision): void {
    const { alarms, clock, log, onSupply } = this.#around;
    const { state, reason, capKw, allowKw, reserveKw, otherKw, siteKw, minersKw } = decision;
    if (state !== this.#said?.state) {
      log.info("supply", { state, reason, capKw, allowKw, reserveKw, otherKw });
    }
    this.#said = decision;
    onSupply({
      atMs: clock.wallMs(),
      state,
      reason,
      capKw: wattsBelow(capKw) / 1_000,
      allowKw: toWatts(allowKw),
      reserveKw: toWatts(reserveKw),
      otherKw: toWatts(otherKw),
      siteKw: siteKw === undefined ? undefined : toWatts(siteKw),
      minersKw: minersKw === undefined ? undefined : toWatts(minersKw),
    });
    const isUnknown = state === "unknown" || state === "decaying";
    alarms.set(isUnknown, "power.supply-unknown", "site", reason);
    alarms.set(state === "deficit", "power.deficit", "site", reason);
    this.#measure(decision);
  }

  #measure({ capKw, allowKw, reserveKw, otherKw, siteKw, minersKw }: SupplyDecision): void {
    const kinds = {
      allowed: allowKw,
      reserve: reserveKw,
      other: otherKw,
      cap: capKw,
      site: siteKw,
      miners: minersKw,
    };
    for (const [kind, kw] of Object.entries(kinds)) {
      if (kw === undefined) continue;
      this.#around.metrics.gauge("ballast_power_watts", kw * 1_000, { kind });
    }
  }

  #watchEngines(picture: SitePicture): void {
    const { track, underloadedIds } = watchEngines(this.#engines, picture, this.#law);
    this.#engines = track;
    for (const { id } of this.#law.supplies) {
      const isLow = underloadedIds.includes(id);
      this.#around.alarms.set(isLow, "power.engine-underloaded", id, "below 30 % of its rating");
    }
  }
}

const toWatts = (kw: number): number => Math.round(kw * 1_000) / 1_000;
