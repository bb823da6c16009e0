import {
  decodeNumber,
  encodeNumber,
  type ModbusTable,
  type NumberType,
  numberTypes,
  type WordOrder,
  wordsAt,
} from "@ballast/modbus";
import type { MeterDriver, Register } from "./define-meter.ts";
import type { Quantity } from "./quantities.ts";

/** The reply to one read, with the place it came from. */
export interface Block {
  readonly table: ModbusTable;
  readonly address: number;
  readonly words: Uint16Array;
}

type Coding = Pick<MeterDriver, "wordOrder" | "powerSign">;

/** The value in canonical unit and sign; undefined where the meter says that it has none. */
export function decode(
  quantity: Quantity,
  from: Register,
  block: Block,
  { wordOrder, powerSign }: Coding,
): number | undefined {
  const { address, type, scale, exponentAt } = from;
  const raw = decodeNumber(wordsOf(block, address, type), type, wordOrder);
  if (raw === undefined) return undefined;
  const scaled = multiply(raw, scale) * signOf(quantity, powerSign);
  if (exponentAt === undefined) return scaled;
  const exponent = decodeExponent(wordsOf(block, exponentAt, "s16"), wordOrder);
  return exponent === undefined ? undefined : shift(scaled, exponent);
}

/** The inverse, for the simulated meter. The exponent is the one that its image already holds. */
export function encode(
  quantity: Quantity,
  from: Register,
  value: number | undefined,
  { wordOrder, powerSign, exponent }: Coding & { readonly exponent: number },
): Uint16Array {
  const { type, scale } = from;
  if (value === undefined) return encodeNumber(undefined, type, wordOrder);
  const raw = shift(value * signOf(quantity, powerSign), -exponent) / scale;
  return encodeNumber(raw, type, wordOrder);
}

/** SunSpec allows -10 to 10; anything else is no exponent, and the value cannot be known. */
export function decodeExponent(words: Uint16Array, order: WordOrder): number | undefined {
  const exponent = decodeNumber(words, "s16", order);
  return exponent !== undefined && Math.abs(exponent) <= 10 ? exponent : undefined;
}

const wordsOf = (block: Block, address: number, type: NumberType): Uint16Array =>
  wordsAt(block, address, numberTypes[type].wordCount);

const signOf = (quantity: Quantity, powerSign: 1 | -1): 1 | -1 =>
  quantity === "powerKw" || quantity === "reactiveKvar" ? powerSign : 1;

/** Divides by 100 rather than multiply by 0.01, which is no exact number: 4998 is 49.98 Hz. */
function multiply(raw: number, scale: number): number {
  const divisor = Math.round(1 / scale);
  const isFraction = divisor > 1 && Math.abs(divisor * scale - 1) < 1e-12;
  return isFraction ? raw / divisor : raw * scale;
}

const shift = (value: number, exponent: number): number =>
  exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
