import type { SensorQuantity, SensorValues } from "./quantities.ts";

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const decimalWithComma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/;

/** A number, or a text that is one number and nothing else. All else is unknown, never zero. */
export function numberFrom(raw: unknown, hasDecimalComma = false): number | undefined {
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw !== "string") return undefined;
  const text = raw.trim();
  if (!(hasDecimalComma ? decimalWithComma : decimal).test(text)) return undefined;
  const value = Number(text.replace(",", "."));
  return Number.isFinite(value) ? value : undefined;
}

/** Past these a number is a mistake, whatever the site: ten gigawatts, a million volts. */
const limitOf = (quantity: SensorQuantity): { readonly min: number; readonly max: number } => {
  if (quantity.endsWith("Kwh")) return { min: 0, max: 1e12 };
  if (quantity.endsWith("Hz")) return { min: 0, max: 1_000 };
  if (quantity.endsWith("Ratio")) return { min: -1, max: 1 };
  if (quantity === "availableKw" || quantity === "apparentKva") return { min: 0, max: 1e7 };
  return quantity.endsWith("Kw") || quantity.endsWith("Kvar")
    ? { min: -1e7, max: 1e7 }
    : { min: -1e6, max: 1e6 };
};

export interface RawValue {
  readonly quantity: SensorQuantity;
  /** As the message holds it; undefined where it does not. */
  readonly raw: unknown;
  /** Canonical unit per unit of the device. */
  readonly scale?: number;
  readonly hasDecimalComma?: boolean;
}

export interface Gathered {
  readonly values: SensorValues;
  readonly refused: readonly string[];
}

/** Takes what is a number and names what is none. */
export function gather(entries: readonly RawValue[]): Gathered {
  const values: { -readonly [Name in SensorQuantity]?: number } = {};
  const refused: string[] = [];
  for (const { quantity, raw, scale = 1, hasDecimalComma } of entries) {
    if (raw === undefined) continue;
    const value = numberFrom(raw, hasDecimalComma);
    const scaled = value === undefined ? undefined : value * scale;
    const { min, max } = limitOf(quantity);
    if (scaled === undefined || !(scaled >= min && scaled <= max)) {
      refused.push(`${quantity}: ${excerptOf(raw)}`);
    } else {
      values[quantity] = scaled;
    }
  }
  return { values, refused };
}

const excerptMax = 40;

/** Enough of a refused value to recognise it in a log. */
export const excerptOf = (raw: unknown): string =>
  (typeof raw === "string" ? JSON.stringify(raw) : String(JSON.stringify(raw))).slice(
    0,
    excerptMax,
  );
