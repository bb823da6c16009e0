import {
  isEnergy,
  phaseParts,
  quantities,
  type SensorQuantity,
  type SensorValues,
  type SummedQuantity,
} from "@ballast/sensor-drivers";
import type { SensorConfig } from "../config.ts";

/** What is particular to one configured sensor. The rules themselves are the same for all. */
export interface SensorRules {
  readonly intervalMs: number;
  /** An older value is unknown. */
  readonly ageMaxMs: number;
  /** Undefined: its voltages are not held against anything. */
  readonly nominalV: number | undefined;
  readonly quantities: readonly SensorQuantity[];
  readonly isCacheRepeated: boolean;
  readonly ratios: Pick<
    SensorConfig,
    "currentTransformerRatio" | "voltageTransformerRatio" | "isReversed"
  >;
  readonly calibration: Pick<SensorConfig, "calibrationFactorRatio" | "calibrationOffsetKw">;
}

const intervalsMax = 3;
const ageFloorMs = 5_000;
const nominalDefaultV = 230;

export interface KindFacts {
  readonly intervalMs: number;
  readonly isDcOnly: boolean;
  readonly isCacheRepeated: boolean;
}

export function rulesFor(
  sensor: SensorConfig,
  kind: KindFacts,
  told: readonly SensorQuantity[],
): SensorRules {
  const intervalMs = sensor.intervalMs ?? kind.intervalMs;
  const isDc = kind.isDcOnly || sensor.isDcSupply;
  return {
    intervalMs,
    ageMaxMs: Math.max(intervalsMax * intervalMs, ageFloorMs),
    nominalV: sensor.nominalV ?? (isDc ? undefined : nominalDefaultV),
    quantities: sensor.isReversed ? told.map(otherWay) : told,
    isCacheRepeated: kind.isCacheRepeated,
    ratios: sensor,
    calibration: sensor,
  };
}

/** The phases whose sum is the whole, for a sensor that says them one by one. */
export const partsOf = (
  whole: SummedQuantity,
  told: readonly SensorQuantity[],
): readonly SensorQuantity[] => phaseParts[whole].filter((part) => told.includes(part));

/** Through the transformers, and with our sign: what flows in the primary wires. */
export function throughRatios(values: SensorValues, { ratios }: SensorRules): SensorValues {
  const { currentTransformerRatio, voltageTransformerRatio, isReversed } = ratios;
  const powerRatio = currentTransformerRatio * voltageTransformerRatio;
  const turned: { -readonly [Name in SensorQuantity]?: number } = {};
  for (const name of quantities) {
    const value = values[name];
    if (value === undefined) continue;
    const sign = isReversed ? -1 : 1;
    if (name === "availableKw" || name === "frequencyHz") turned[name] = value;
    else if (name === "powerFactorRatio") turned[name] = value * sign;
    else if (name.startsWith("voltage")) turned[name] = value * voltageTransformerRatio;
    else if (name.startsWith("current")) turned[name] = value * currentTransformerRatio;
    else if (name === "apparentKva") turned[name] = value * powerRatio;
    else if (isEnergy(name)) {
      turned[isReversed ? otherWay(name) : name] = value * powerRatio;
    } else turned[name] = value * powerRatio * sign;
  }
  return turned;
}

const otherWays = {
  energyImportKwh: "energyExportKwh",
  energyImportL1Kwh: "energyExportL1Kwh",
  energyImportL2Kwh: "energyExportL2Kwh",
  energyImportL3Kwh: "energyExportL3Kwh",
  energyExportKwh: "energyImportKwh",
  energyExportL1Kwh: "energyImportL1Kwh",
  energyExportL2Kwh: "energyImportL2Kwh",
  energyExportL3Kwh: "energyImportL3Kwh",
} as const satisfies { readonly [Name in SensorQuantity]?: SensorQuantity };

const hasOtherWay = (quantity: SensorQuantity): quantity is keyof typeof otherWays =>
  quantity in otherWays;

/** What a turned meter calls import is export. */
export const otherWay = (quantity: SensorQuantity): SensorQuantity =>
  hasOtherWay(quantity) ? otherWays[quantity] : quantity;
