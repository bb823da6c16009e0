import type { MeterState, SampleDoubt } from "@ballast/contracts";
import type { MeterReading } from "@ballast/meter-drivers";

/** What is particular to a meter and a site. The rules themselves are the same everywhere. */
export interface QualityRules {
  readonly nominalHz: number;
  readonly nominalV: number;
  readonly resolutionHz: number;
  readonly isCommissioned: boolean;
  /** Above this import the site's load counts as on, and a live meter cannot stand still. */
  readonly loadOnAboveKw: number;
}

interface FrequencySample {
  readonly frequencyHz: number;
  readonly monoMs: number;
}

interface PowerSample {
  readonly reading: MeterReading;
  readonly monoMs: number;
}

export interface QualityState {
  readonly lastGood: FrequencySample | undefined;
  /** A jump that waits for a second opinion. */
  readonly suspect: FrequencySample | undefined;
  readonly frequencyHz: number | undefined;
  readonly power: PowerSample | undefined;
  /** When any of frequency, voltage, current and power last differed from the sample before. */
  readonly changedMonoMs: number | undefined;
}

export const unknownQuality: QualityState = {
  lastGood: undefined,
  suspect: undefined,
  frequencyHz: undefined,
  power: undefined,
  changedMonoMs: undefined,
};

export type Verdict =
  | { readonly quality: "good" }
  | { readonly quality: "suspect" | "bad"; readonly doubt: SampleDoubt };

const rangeRatio = 0.1; // 45 to 55 Hz on a 50 Hz grid.
const jumpMaxHzPerS = 5;
const jumpFloorHz = 0.05; // And two steps of the meter: at 20 Hz, 5 Hz/s alone would be 0.25 Hz.
const agreeWithinHz = 0.1;
const frozenAfterMs = 15_000;
const voltageMinRatio = 0.8;
const voltageMaxAgeMs = 3_000;
const degradedAfterMs = 3_000;
const lostAfterMs = 10_000;
/** Binary fractions of a hertz must not decide over what is equal in decimal ones. */
const roundingHz = 1e-6;

/** Takes in voltages, currents and power, read together. */
export function notePower(
  state: QualityState,
  reading: MeterReading,
  monoMs: number,
): QualityState {
  const hasChanged = state.power === undefined || !isSamePower(state.power.reading, reading);
  return {
    ...state,
    power: { reading, monoMs },
    changedMonoMs: hasChanged ? monoMs : state.changedMonoMs,
  };
}

/** How far a frequency may be trusted that was measured now. */
export function judgeFrequency(
  state: QualityState,
  sample: FrequencySample,
  rules: QualityRules,
): { readonly state: QualityState; readonly verdict: Verdict } {
  const hasChanged = state.frequencyHz !== sample.frequencyHz;
  const seen: QualityState = {
    ...state,
    frequencyHz: sample.frequencyHz,
    changedMonoMs: hasChanged ? sample.monoMs : state.changedMonoMs,
  };
  const doubt = doubtAbout(seen, sample, rules);
  if (doubt === undefined) {
    return {
      state: { ...seen, lastGood: sample, suspect: undefined },
      verdict: { quality: "good" },
    };
  }
  if (doubt === "jump") {
    return { state: { ...seen, suspect: sample }, verdict: { quality: "suspect", doubt } };
  }
  return { state: { ...seen, suspect: undefined }, verdict: { quality: "bad", doubt } };
}

/** Whether the frequency of this meter can steer the load now. */
export function meterState(
  state: QualityState,
  rules: QualityRules,
  nowMonoMs: number,
): MeterState {
  if (supply(state, rules, nowMonoMs) === "dead") return "dead-bus";
  const ageMs = state.lastGood === undefined ? Infinity : nowMonoMs - state.lastGood.monoMs;
  if (ageMs > lostAfterMs) return "lost";
  return ageMs > degradedAfterMs ? "degraded" : "good";
}

function doubtAbout(
  state: QualityState,
  { frequencyHz, monoMs }: FrequencySample,
  rules: QualityRules,
): SampleDoubt | undefined {
  if (!rules.isCommissioned) return "not-commissioned";
  const isInRange = Math.abs(frequencyHz - rules.nominalHz) <= rules.nominalHz * rangeRatio;
  if (!isInRange) return "out-of-range";
  // Analysers without supply go on to report a slowly falling frequency (Iberia, 28 April 2025).
  const supplied = supply(state, rules, monoMs);
  if (supplied === "dead") return "dead-bus";
  if (supplied === "unknown") return "voltage-unknown";
  if (isFrozen(state, rules, monoMs)) return "frozen";
  return isJump(state, { frequencyHz, monoMs }, rules) ? "jump" : undefined;
}

function supply(
  { power }: QualityState,
  { nominalV }: QualityRules,
  nowMonoMs: number,
): "live" | "dead" | "unknown" {
  if (power === undefined || nowMonoMs - power.monoMs > voltageMaxAgeMs) return "unknown";
  const voltagesV = phaseVoltages(power.reading);
  if (voltagesV.length === 0) return "unknown";
  return voltagesV.some((voltageV) => voltageV >= nominalV * voltageMinRatio) ? "live" : "dead";
}

export const phaseVoltages = ({
  voltageL1V,
  voltageL2V,
  voltageL3V,
}: MeterReading): readonly number[] =>
  [voltageL1V, voltageL2V, voltageL3V].filter((voltageV) => voltageV !== undefined);

function isFrozen(
  { changedMonoMs, power }: QualityState,
  { loadOnAboveKw }: QualityRules,
  nowMonoMs: number,
): boolean {
  if (changedMonoMs === undefined || nowMonoMs - changedMonoMs < frozenAfterMs) return false;
  const powerKw = power?.reading.powerKw;
  return powerKw === undefined || Math.abs(powerKw) > loadOnAboveKw;
}

/** Faster than any grid with rotating machines, and not confirmed by a second reading. */
function isJump(
  { lastGood, suspect }: QualityState,
  { frequencyHz, monoMs }: FrequencySample,
  { resolutionHz }: QualityRules,
): boolean {
  if (lastGood === undefined) return false;
  const sinceS = (monoMs - lastGood.monoMs) / 1_000;
  const limitHz = Math.max(jumpMaxHzPerS * sinceS, 2 * resolutionHz + jumpFloorHz);
  if (Math.abs(frequencyHz - lastGood.frequencyHz) <= limitHz + roundingHz) return false;
  const isConfirmed =
    suspect !== undefined &&
    Math.abs(frequencyHz - suspect.frequencyHz) <= agreeWithinHz + roundingHz;
  return !isConfirmed;
}

const moving = [
  "voltageL1V",
  "voltageL2V",
  "voltageL3V",
  "currentL1A",
  "currentL2A",
  "currentL3A",
  "powerKw",
] as const;

const isSamePower = (one: MeterReading, other: MeterReading): boolean =>
  moving.every((quantity) => one[quantity] === other[quantity]);
