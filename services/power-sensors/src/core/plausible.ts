import type { SensorDoubt } from "@ballast/contracts";
import { currents, type SensorQuantity, voltages } from "@ballast/sensor-drivers";
import type { SensorRules } from "./sensor-rules.ts";
import type { Held, SensorState } from "./sensor-state.ts";

const voltageMinRatio = 0.5;
const voltageMaxRatio = 1.3;
/** Apparent power as told may differ so far from volts times amperes. */
const apparentToleranceRatio = 0.1;
/** Active power may exceed apparent power by this, for rounding. */
const powerToleranceRatio = 1.02;
/** Below this a difference is what few digits leave: 0.1 A of 230 V. */
const apparentFloorKva = 0.023;
/** Values that came in one burst belong together; others must not be held against each other. */
const burstMs = 2_000;
const stuckAfterMs = 900_000;
const stuckIntervalsMax = 20;

export interface Doubt {
  readonly doubt: SensorDoubt;
  readonly reason: string;
}

/** Why fresh values cannot be believed; undefined where nothing speaks against them. */
export function doubtAbout(
  state: SensorState,
  fresh: SensorState["held"],
  rules: SensorRules,
  nowMonoMs: number,
): Doubt | undefined {
  if (state.deviceFault !== undefined) {
    return { doubt: "device-fault", reason: `the device reports ${state.deviceFault}` };
  }
  return (
    voltageDoubt(fresh, rules) ?? apparentDoubt(fresh) ?? stuckDoubt(state, fresh, rules, nowMonoMs)
  );
}

function voltageDoubt(fresh: SensorState["held"], { nominalV }: SensorRules): Doubt | undefined {
  if (nominalV === undefined) return undefined;
  for (const quantity of voltages) {
    const voltageV = fresh[quantity]?.value;
    if (voltageV === undefined) continue;
    if (voltageV >= nominalV * voltageMinRatio && voltageV <= nominalV * voltageMaxRatio) continue;
    const reason = `${voltageV.toFixed(1)} V is no voltage of a ${nominalV} V supply`;
    return { doubt: "out-of-range", reason };
  }
  return undefined;
}

function apparentDoubt(fresh: SensorState["held"]): Doubt | undefined {
  const { powerKw: power, apparentKva: apparent } = fresh;
  const product = voltAmperes(fresh);
  if (apparent && product && isOneBurst(apparent, product)) {
    const offKva = Math.abs(apparent.value - product.value);
    if (offKva > Math.max(apparent.value * apparentToleranceRatio, apparentFloorKva)) {
      const reason = `${apparent.value.toFixed(3)} kVA told, ${product.value.toFixed(3)} by V and A`;
      return { doubt: "inconsistent", reason };
    }
  }
  const most = apparent ?? product;
  if (power === undefined || most === undefined || !isOneBurst(power, most)) return undefined;
  const overKw = Math.abs(power.value) - most.value * powerToleranceRatio;
  if (overKw <= apparentFloorKva) return undefined;
  const reason = `${power.value.toFixed(3)} kW is more than ${most.value.toFixed(3)} kVA can carry`;
  return { doubt: "inconsistent", reason };
}

const isOneBurst = (one: Held, other: Held): boolean =>
  Math.abs(one.monoMs - other.monoMs) <= burstMs;

/** The sum over all phases that carry a current; undefined where a voltage for one is missing. */
function voltAmperes(fresh: SensorState["held"]): Held | undefined {
  let sumVa = 0;
  let oldestMonoMs = Number.POSITIVE_INFINITY;
  for (const [index, quantity] of currents.entries()) {
    const current = fresh[quantity];
    if (current === undefined) continue;
    // Some devices tell one voltage for all of their channels.
    const voltage = fresh[voltages[index] ?? "voltageL1V"] ?? fresh.voltageL1V;
    if (voltage === undefined) return undefined;
    sumVa += Math.abs(voltage.value * current.value);
    oldestMonoMs = Math.min(oldestMonoMs, voltage.monoMs, current.monoMs);
  }
  if (!Number.isFinite(oldestMonoMs)) return undefined;
  return { value: sumVa / 1_000, monoMs: oldestMonoMs, isLive: true };
}

function stuckDoubt(
  { changedMonoMs }: SensorState,
  fresh: SensorState["held"],
  { intervalMs }: SensorRules,
  nowMonoMs: number,
): Doubt | undefined {
  const has = (names: readonly SensorQuantity[]) => names.some((name) => fresh[name] !== undefined);
  const power = fresh.powerKw?.value;
  // Of a load that is off, or of a device that tells only power, nothing needs to move.
  if (power === undefined || power === 0 || !has(voltages) || !has(currents)) return undefined;
  const limitMs = Math.max(stuckAfterMs, stuckIntervalsMax * intervalMs);
  if (changedMonoMs === undefined || nowMonoMs - changedMonoMs <= limitMs) return undefined;
  const minutes = Math.floor((nowMonoMs - changedMonoMs) / 60_000);
  return { doubt: "stuck", reason: `voltage, current and power have not moved for ${minutes} min` };
}
