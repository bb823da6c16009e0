import type { feederProof, PayloadOf } from "@ballast/contracts";
import type { Clock } from "@ballast/kernel";
import type { AlarmBoard } from "@ballast/runtime";
import {
  type BalanceLaw,
  type BalanceTrack,
  balanced,
  watchBalance,
} from "./core/energy-balance.ts";
import { type ProofLaw, type ProofTrack, unproven, watchFeeder } from "./core/feeder-proof.ts";
import { type Measured, type SitePicture, sumOf } from "./core/site-picture.ts";
import type { FleetWords } from "./fleet-words.ts";
import type { SensorPlace } from "./supply-config.ts";

export interface FeederWatchOptions {
  readonly sensors: readonly (SensorPlace & { readonly feeder?: string | undefined })[];
  readonly fleets: FleetWords;
  readonly clock: Clock;
  readonly alarms: AlarmBoard;
  readonly proof: ProofLaw;
  readonly balance: BalanceLaw;
  /** What is known of the unmetered rest. */
  readonly otherKw: number | undefined;
  readonly onProof: (feederId: string, proof: PayloadOf<typeof feederProof>) => void;
}

/** Holds each feeder's meter against its orders, and all of them against the site's meter. */
export class FeederWatch {
  readonly #options: FeederWatchOptions;
  readonly #tracks = new Map<string, ProofTrack>();
  #balance: BalanceTrack = balanced;
  #accused: string | undefined;

  constructor(options: FeederWatchOptions) {
    this.#options = options;
    const nowMonoMs = options.clock.monotonicMs();
    for (const { role, feeder } of options.sensors) {
      if (role === "miners" && feeder !== undefined) this.#tracks.set(feeder, unproven(nowMonoMs));
    }
  }

  look(picture: SitePicture): void {
    for (const feederId of this.#tracks.keys()) this.#prove(feederId, picture);
    this.#weigh(picture);
  }

  #prove(feederId: string, picture: SitePicture): void {
    const { alarms, clock, fleets, onProof, proof: law } = this.#options;
    const { nowMonoMs } = picture;
    const before = this.#tracks.get(feederId) ?? unproven(nowMonoMs);
    const orders = fleets.ordersOf(feederId);
    const measured = this.#measuredOn(feederId, picture);
    const { track, proof, isNotFollowing } = watchFeeder(
      before,
      { nowMonoMs, orders, measured },
      law,
    );
    this.#tracks.set(feederId, track);
    const detail = `draws ${kw(measured?.kw)}; its miners were told ${kw(proof?.commandedKw)}`;
    alarms.set(isNotFollowing, "power.feeder-not-following", feederId, detail);
    if (proof === undefined) return;
    const { sinceMonoMs, ...told } = proof;
    const sinceAtMs = Math.round(clock.wallMs() - (nowMonoMs - sinceMonoMs));
    onProof(feederId, { ...told, sinceAtMs, atMs: clock.wallMs() });
  }

  #measuredOn(feederId: string, picture: SitePicture): Measured | undefined {
    const own = picture.sensors.filter(({ feeder }) => feeder === feederId);
    const expectedCount = this.#options.sensors.filter(({ feeder }) => feeder === feederId).length;
    return sumOf({ ...picture, sensors: own }, "miners", expectedCount);
  }

  /** Only while all that is needed is fresh; a gap neither proves nor disproves anything. */
  #weigh(picture: SitePicture): void {
    const { alarms, balance: law, fleets, sensors } = this.#options;
    const countOf = (wanted: string) => sensors.filter(({ role }) => role === wanted).length;
    const site = sumOf(picture, "site", countOf("site"));
    const miners = sumOf(picture, "miners", countOf("miners"));
    const others = sumOf(picture, "other", countOf("other"));
    if (site === undefined || miners === undefined) return;
    if (countOf("other") > 0 && others === undefined) return;
    const feeders = picture.sensors.flatMap(({ id, role, feeder, powerKw }) => {
      if (role !== "miners" || powerKw === undefined || feeder === undefined) return [];
      const orders = fleets.ordersOf(feeder);
      const expectedKw = orders && orders.commandedKw + orders.standbyKw;
      return [{ sensorId: id, measuredKw: powerKw, expectedKw }];
    });
    const verdict = watchBalance(
      this.#balance,
      {
        nowMonoMs: picture.nowMonoMs,
        siteSensorIds: sensors.flatMap(({ id, role }) => (role === "site" ? [id] : [])),
        siteKw: site.kw,
        feeders,
        otherKw: others?.kw ?? this.#options.otherKw,
      },
      law,
    );
    this.#balance = verdict.track;
    const accused = verdict.isDisagreed ? (verdict.suspectIds[0] ?? "site") : undefined;
    if (accused === this.#accused) return;
    if (this.#accused !== undefined) alarms.clear("power.imbalance", this.#accused);
    this.#accused = accused;
    if (accused === undefined) return;
    const most = verdict.suspectIds.length === 0 ? "nothing tells which" : `most likely ${accused}`;
    const detail = `the site's meter shows ${kw(verdict.differenceKw)} beyond the sum; ${most}`;
    alarms.raise("power.imbalance", accused, detail);
  }
}

const kw = (value: number | undefined): string =>
  value === undefined ? "an unknown power" : `${value.toFixed(1)} kW`;
