import {
  currents,
  isEnergy,
  quantities,
  type SensorQuantity,
  type SensorUpdate,
  type SensorValues,
  voltages,
} from "@ballast/sensor-drivers";
import { type Counter, countOn } from "./counter.ts";
import { type SensorRules, throughRatios } from "./sensor-rules.ts";

export interface Held {
  readonly value: number;
  readonly monoMs: number;
  /** False for what the broker or the device had kept: last known, of any age. */
  readonly isLive: boolean;
}

/** All that is known of one sensor. */
export interface SensorState {
  readonly held: { readonly [Name in SensorQuantity]?: Held };
  readonly counters: { readonly [Name in SensorQuantity]?: Counter };
  readonly isOffline: boolean;
  readonly deviceFault: string | undefined;
  readonly deviceAtMs: number | undefined;
  /** Messages in a row that the device's clock says are older than the one before. */
  readonly backwardsCount: number;
  /** When voltage, current or power last differed from what they were. */
  readonly changedMonoMs: number | undefined;
  /** The last live message that said something new. */
  readonly heard: { readonly monoMs: number; readonly atMs: number } | undefined;
}

export const unknownSensor: SensorState = {
  held: {},
  counters: {},
  isOffline: false,
  deviceFault: undefined,
  deviceAtMs: undefined,
  backwardsCount: 0,
  changedMonoMs: undefined,
  heard: undefined,
};

/** What became of a message; metrics count by these words. */
export type Outcome =
  | "accepted"
  | "availability"
  | "beside" // About something else that this device also says.
  | "retained"
  | "duplicate"
  | "reordered"
  | "refused";

export interface Arrival {
  readonly nowMonoMs: number;
  readonly wallAtMs: number;
  readonly isRetained: boolean;
}

export interface Taken {
  readonly state: SensorState;
  readonly outcome: Outcome;
}

/** A device's clock that is further off is information only. */
const clockTrustMs = 300_000;
/** So many in a row are no late messages: the device has set its clock back. */
const backwardsMax = 2;

/** Takes in one decoded message. */
export function takeUpdate(
  state: SensorState,
  update: SensorUpdate,
  arrival: Arrival,
  rules: SensorRules,
): Taken {
  const heardOf = withAvailability(state, update);
  const values = throughRatios(update.values, rules);
  if (Object.keys(values).length === 0) {
    const { deviceFault } = update;
    // Trouble comes alone as well; only power without trouble ends it.
    if (deviceFault !== undefined && !arrival.isRetained) {
      return { state: { ...heardOf, deviceFault }, outcome: "accepted" };
    }
    if (update.availability !== undefined) return { state: heardOf, outcome: "availability" };
    return { state, outcome: update.refused.length > 0 ? "refused" : "beside" };
  }
  if (arrival.isRetained) return takeRetained(heardOf, values, arrival);
  const timed = takeTime(heardOf, update, values, arrival);
  if (timed.outcome !== "accepted") return timed;
  return takeLive(timed.state, { ...update, values }, arrival, rules);
}

/** What was said before a will is void at once; a birth makes nothing old fresh. */
function withAvailability(state: SensorState, { availability }: SensorUpdate): SensorState {
  if (availability === "online") return { ...state, isOffline: false };
  return availability === "offline" ? { ...state, isOffline: true, held: {} } : state;
}

/** Last known, and only where nothing live is known. */
function takeRetained(state: SensorState, values: SensorValues, { nowMonoMs }: Arrival): Taken {
  const kept = quantities.flatMap((quantity) => {
    const value = values[quantity];
    const isNews = value !== undefined && state.held[quantity]?.isLive !== true;
    return isNews ? [[quantity, { value, monoMs: nowMonoMs, isLive: false }] as const] : [];
  });
  const held = { ...state.held, ...Object.fromEntries(kept) };
  return { state: { ...state, held }, outcome: "retained" };
}

function takeTime(
  state: SensorState,
  { deviceAtMs }: SensorUpdate,
  values: SensorValues,
  { wallAtMs }: Arrival,
): Taken {
  if (deviceAtMs === undefined || Math.abs(deviceAtMs - wallAtMs) > clockTrustMs) {
    return { state: { ...state, deviceAtMs: undefined, backwardsCount: 0 }, outcome: "accepted" };
  }
  const lastAtMs = state.deviceAtMs ?? deviceAtMs - 1;
  if (deviceAtMs < lastAtMs && state.backwardsCount < backwardsMax) {
    const backwardsCount = state.backwardsCount + 1;
    return { state: { ...state, backwardsCount }, outcome: "reordered" };
  }
  const isSame = quantities.every(
    (quantity) => values[quantity] === undefined || values[quantity] === rawOf(state, quantity),
  );
  if (deviceAtMs === lastAtMs && isSame) return { state, outcome: "duplicate" };
  return { state: { ...state, deviceAtMs, backwardsCount: 0 }, outcome: "accepted" };
}

const rawOf = (state: SensorState, quantity: SensorQuantity): number | undefined =>
  isEnergy(quantity) ? state.counters[quantity]?.lastKwh : state.held[quantity]?.value;

function takeLive(
  state: SensorState,
  { values, deviceFault }: SensorUpdate,
  { nowMonoMs, wallAtMs }: Arrival,
  rules: SensorRules,
): Taken {
  const held: { -readonly [Name in SensorQuantity]?: Held } = { ...state.held };
  const counters: { -readonly [Name in SensorQuantity]?: Counter } = { ...state.counters };
  let takenCount = 0;
  for (const quantity of quantities) {
    const value = values[quantity];
    if (value === undefined) continue;
    if (isEnergy(quantity)) {
      const counter = countOn(counters[quantity], value);
      if (counter === undefined) continue;
      counters[quantity] = counter;
    }
    const live: Held = { value, monoMs: nowMonoMs, isLive: true };
    held[quantity] = rules.isCacheRepeated ? fromCache(state.held[quantity], live) : live;
    takenCount += 1;
  }
  if (takenCount === 0) return { state, outcome: "reordered" };
  const isPower = values.powerKw !== undefined || values.powerL1Kw !== undefined;
  const next: SensorState = {
    ...state,
    held,
    counters,
    deviceFault: isPower ? deviceFault : (deviceFault ?? state.deviceFault),
    changedMonoMs: hasMoved(state, held) ? nowMonoMs : state.changedMonoMs,
    heard: { monoMs: nowMonoMs, atMs: wallAtMs },
  };
  return { state: next, outcome: "accepted" };
}

/** A repeated cache: what did not change keeps its age, and what was never seen has none. */
function fromCache(known: Held | undefined, said: Held): Held {
  if (known === undefined) return { ...said, isLive: false };
  return known.value === said.value ? known : said;
}

const moving = [
  ...["powerKw", "powerL1Kw", "powerL2Kw", "powerL3Kw"],
  ...voltages,
  ...currents,
] as const satisfies readonly SensorQuantity[];

const hasMoved = ({ held: before, changedMonoMs }: SensorState, after: SensorState["held"]) =>
  changedMonoMs === undefined ||
  moving.some((quantity) => before[quantity]?.value !== after[quantity]?.value);
