import * as z from "zod";
import { quantities, type SensorQuantity } from "./quantities.ts";

/** Canonical unit per unit, by what is measured. */
const scales = {
  power: { W: 0.001, kW: 1, MW: 1_000 },
  apparent: { VA: 0.001, kVA: 1, MVA: 1_000 },
  reactive: { var: 0.001, kvar: 1, Mvar: 1_000 },
  ratio: { "1": 1, "%": 0.01 },
  voltage: { mV: 0.001, V: 1, kV: 1_000 },
  current: { mA: 0.001, A: 1, kA: 1_000 },
  frequency: { mHz: 0.001, Hz: 1 },
  energy: { Wmin: 1 / 60_000, Wh: 0.001, kWh: 1, MWh: 1_000 },
} as const;

type Dimension = keyof typeof scales;

const units = [
  ...["W", "kW", "MW", "VA", "kVA", "MVA", "var", "kvar", "Mvar", "1", "%", "mV", "V", "kV"],
  ...["mA", "A", "kA", "mHz", "Hz", "Wmin", "Wh", "kWh", "MWh"],
] as const;
export type Unit = (typeof units)[number];

function dimensionOf(quantity: SensorQuantity): Dimension {
  if (quantity.endsWith("Kwh")) return "energy";
  if (quantity.endsWith("Kw")) return "power";
  if (quantity.endsWith("Kva")) return "apparent";
  if (quantity.endsWith("Kvar")) return "reactive";
  if (quantity.endsWith("Ratio")) return "ratio";
  if (quantity.endsWith("Hz")) return "frequency";
  return quantity.endsWith("V") ? "voltage" : "current";
}

/** Undefined where the quantity cannot be in this unit. */
export function scaleOf(quantity: SensorQuantity, unit: string): number | undefined {
  const known: Readonly<Record<string, number>> = scales[dimensionOf(quantity)];
  return known[unit];
}

/** What one value of a device is, in which unit. */
export const measured = {
  quantity: z.enum(quantities).meta({ description: "What it is." }),
  unit: z.enum(units).meta({ description: "In which unit the device tells it." }),
};

export const hasFittingUnit = ({
  quantity,
  unit,
}: {
  readonly quantity: SensorQuantity;
  readonly unit: string;
}): boolean => scaleOf(quantity, unit) !== undefined;

export const unfitting = { message: "the quantity cannot be in this unit", path: ["unit"] };
