import type { SampleQuality, SensorDoubt } from "@ballast/contracts";
import {
  isEnergy,
  quantities,
  type SensorQuantity,
  type SensorValues,
  type SummedQuantity,
} from "@ballast/sensor-drivers";
import { totalKwh } from "./counter.ts";
import { doubtAbout } from "./plausible.ts";
import { partsOf, type SensorRules } from "./sensor-rules.ts";
import type { Held, SensorState } from "./sensor-state.ts";

/** One look at a sensor: what it says now, and how far that may be trusted. */
export interface SensorLook {
  readonly state: "good" | "suspect" | "lost";
  readonly quality: SampleQuality;
  readonly doubt: SensorDoubt | undefined;
  readonly reason: string;
  /** Fresh ones only, calibrated; of phases the sum. */
  readonly values: SensorValues;
  /** Of the power, or of what is available where that is older. Undefined: neither is known. */
  readonly ageMs: number | undefined;
}

/** A count stays true for longer than a power: meters tell it once a minute or more seldom. */
const energyAgeMaxMs = 600_000;

/** What a budget can use. A sensor that says nothing else is judged by all that it says. */
const primaries = ["powerKw", "availableKw"] as const satisfies readonly SensorQuantity[];

export function lookAt(state: SensorState, rules: SensorRules, nowMonoMs: number): SensorLook {
  if (state.isOffline) return lost("offline", "the device went offline");
  const fresh = freshOf(state, rules, nowMonoMs);
  const told = primaries.flatMap((quantity) => fresh[quantity] ?? []);
  const main = told.length > 0 || tellsPrimary(rules) ? told : Object.values(fresh);
  if (main.length === 0) {
    return lost(
      "stale",
      state.heard === undefined ? "nothing heard yet" : silenceOf(state, nowMonoMs),
    );
  }
  const ageMs = Math.max(...main.map(({ monoMs }) => nowMonoMs - monoMs));
  const values = valuesOf(fresh, state, rules);
  if (main.some(({ isLive }) => !isLive)) {
    const reason = "only what the broker or the device had kept is known";
    return { state: "suspect", quality: "suspect", doubt: "retained", reason, values, ageMs };
  }
  const doubt = doubtAbout(state, fresh, rules, nowMonoMs);
  if (doubt !== undefined) return { state: "suspect", quality: "suspect", ...doubt, values, ageMs };
  const reason = "fresh and plausible";
  return { state: "good", quality: "good", doubt: undefined, reason, values, ageMs };
}

const lost = (doubt: SensorDoubt, reason: string): SensorLook => ({
  state: "lost",
  quality: "bad",
  doubt,
  reason,
  values: {},
  ageMs: undefined,
});

const silenceOf = ({ heard }: SensorState, nowMonoMs: number): string =>
  heard === undefined
    ? "nothing heard yet"
    : `no power heard for ${Math.floor((nowMonoMs - heard.monoMs) / 1_000)} s or more`;

const tellsPrimary = ({ quantities: told }: SensorRules): boolean =>
  told.some(
    (quantity) =>
      quantity === "availableKw" || (quantity.startsWith("power") && quantity.endsWith("Kw")),
  );

/** What is young enough, with the sum of phases where the whole is not told. */
function freshOf(
  { held }: SensorState,
  rules: SensorRules,
  nowMonoMs: number,
): SensorState["held"] {
  const fresh: { -readonly [Name in SensorQuantity]?: Held } = {};
  for (const quantity of quantities) {
    const one = held[quantity];
    const ageMaxMs = isEnergy(quantity) ? Math.max(rules.ageMaxMs, energyAgeMaxMs) : rules.ageMaxMs;
    if (one !== undefined && nowMonoMs - one.monoMs <= ageMaxMs) fresh[quantity] = one;
  }
  const power = fresh.powerKw ?? sumOf("powerKw", fresh, rules);
  return power === undefined ? fresh : { ...fresh, powerKw: power };
}

/** As old as its oldest part; undefined where a part is missing. */
function sumOf(
  whole: SummedQuantity,
  fresh: SensorState["held"],
  { quantities: told }: SensorRules,
): Held | undefined {
  const parts = partsOf(whole, told);
  const known = parts.flatMap((part) => fresh[part] ?? []);
  if (parts.length === 0 || known.length < parts.length) return undefined;
  return {
    value: known.reduce((sum, { value }) => sum + value, 0),
    monoMs: Math.min(...known.map(({ monoMs }) => monoMs)),
    isLive: known.every(({ isLive }) => isLive),
  };
}

function valuesOf(
  fresh: SensorState["held"],
  state: SensorState,
  rules: SensorRules,
): SensorValues {
  const { calibrationFactorRatio, calibrationOffsetKw } = rules.calibration;
  const values: { -readonly [Name in SensorQuantity]?: number } = {};
  for (const quantity of quantities) {
    const one = fresh[quantity];
    if (one !== undefined && !isEnergy(quantity)) values[quantity] = one.value;
  }
  if (values.powerKw !== undefined) {
    values.powerKw = values.powerKw * calibrationFactorRatio + calibrationOffsetKw;
  }
  for (const whole of ["energyImportKwh", "energyExportKwh"] as const) {
    const countedKwh = energyOf(whole, fresh, state, rules);
    if (countedKwh !== undefined) values[whole] = countedKwh * calibrationFactorRatio;
  }
  return values;
}

function energyOf(
  whole: "energyImportKwh" | "energyExportKwh",
  fresh: SensorState["held"],
  { counters }: SensorState,
  { quantities: told }: SensorRules,
): number | undefined {
  const parts = counters[whole] === undefined ? partsOf(whole, told) : [whole];
  const known = parts.flatMap((part) => (fresh[part] === undefined ? [] : (counters[part] ?? [])));
  if (parts.length === 0 || known.length < parts.length) return undefined;
  return known.reduce((sumKwh, counter) => sumKwh + totalKwh(counter), 0);
}
