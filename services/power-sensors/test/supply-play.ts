import type { SensorWord, SitePicture } from "../src/core/site-picture.ts";
import {
  decideSupply,
  type SupplyDecision,
  type SupplyState,
  startSupply,
} from "../src/core/supply-budget.ts";
import type { SupplyLaw } from "../src/core/supply-law.ts";

/** A river of 1,000 kW with its own gauge, a meter at the connection point, no feeder meters. */
export const riverLaw: SupplyLaw = {
  contractKw: undefined,
  supplies: [
    { id: "river", kind: "hydro", ratedKw: 1_000, availableFrom: "gauge", loadFrom: undefined },
  ],
  spinningReserveKw: 0,
  guaranteedKw: 0,
  otherKw: undefined,
  unitKw: 3.5,
  batchKw: 14,
  foresightMs: 8_000,
  siteSensorCount: 1,
  minersSensorCount: 0,
  neededIds: ["gauge", "poc"],
};

/** What is true on site; undefined is what nobody says. */
export interface Moment {
  readonly availableKw: number | undefined;
  readonly siteKw: number | undefined;
  readonly commandedKw: number | undefined;
  /** What the miners say they draw; what they were told, where left out. */
  readonly drawnKw?: number;
}

const maxAgeMs = 5_000;

/** Shows the budget one moment after the other, one each second. */
export class SupplyPlay {
  nowMonoMs = 0;
  state: SupplyState;
  decision: SupplyDecision | undefined;
  readonly #law: SupplyLaw;
  #sensors: readonly SensorWord[] = [];

  constructor(law: SupplyLaw = riverLaw) {
    this.#law = law;
    this.state = startSupply(0, law);
  }

  show({ availableKw, siteKw, commandedKw, drawnKw }: Moment, elapsedMs = 1_000): SupplyDecision {
    this.nowMonoMs += elapsedMs;
    this.#hear("gauge", "supply", { availableKw });
    this.#hear("poc", "site", { powerKw: siteKw });
    const fleet =
      commandedKw === undefined
        ? undefined
        : { commandedKw, measuredKw: drawnKw ?? commandedKw, ratedKw: 560, feederIds: [] };
    const picture: SitePicture = { nowMonoMs: this.nowMonoMs, sensors: this.#sensors, fleet };
    const { state, decision } = decideSupply(this.state, picture, this.#law);
    this.state = state;
    this.decision = decision;
    return decision ?? silence;
  }

  hold(moment: Moment, seconds: number): SupplyDecision {
    let decision = silence;
    for (let second = 0; second < seconds; second += 1) decision = this.show(moment);
    return decision;
  }

  #hear(
    id: string,
    role: SensorWord["role"],
    values: { readonly powerKw?: number | undefined; readonly availableKw?: number | undefined },
  ): void {
    if (values.powerKw === undefined && values.availableKw === undefined) return;
    const { powerKw, availableKw } = values;
    const measuredMonoMs = this.nowMonoMs;
    this.#sensors = [
      ...this.#sensors.filter((sensor) => sensor.id !== id),
      { id, role, feeder: undefined, powerKw, availableKw, measuredMonoMs, maxAgeMs },
    ];
  }
}

const silence: SupplyDecision = {
  state: "unknown",
  reason: "nothing was said",
  capKw: Number.NaN,
  allowKw: Number.NaN,
  reserveKw: Number.NaN,
  otherKw: Number.NaN,
  siteKw: undefined,
  minersKw: undefined,
};
