import { assert, assertDefined } from "@ballast/kernel";

/** `acc32` is SunSpec's counter: a u32 in which 0 means "not counted here". */
export type NumberType = "u16" | "s16" | "u32" | "s32" | "acc32" | "u64" | "s64" | "f32";

/** Which word of a longer value has the lower address. Inside a word the high byte is first. */
export type WordOrder = "big" | "little";

interface TypeRules {
  readonly wordCount: 1 | 2 | 4;
  readonly min: number;
  readonly max: number;
  /** Patterns with which makers say "no value"; the first one is what our simulators send. */
  readonly absent: readonly [bigint, ...bigint[]];
}

const u32Max = 0xffff_ffff;
const safe = Number.MAX_SAFE_INTEGER;

/** The patterns are those of SunSpec and of the makers whose meters we read. */
export const numberTypes: Readonly<Record<NumberType, TypeRules>> = {
  u16: { wordCount: 1, min: 0, max: 0xffff, absent: [0xffffn] },
  s16: { wordCount: 1, min: -0x8000, max: 0x7fff, absent: [0x8000n, 0x7fffn] },
  u32: { wordCount: 2, min: 0, max: u32Max, absent: [0xffff_ffffn] },
  s32: {
    wordCount: 2,
    min: -0x8000_0000,
    max: 0x7ffe_ffff, // 0x7FFF in the high word: overflow (Carlo Gavazzi), no value (ABB).
    absent: [0x8000_0000n],
  },
  acc32: { wordCount: 2, min: 0, max: u32Max, absent: [0n] },
  // No meter counts past 2^53; every 64-bit pattern for "no value" but this one lies beyond.
  u64: { wordCount: 4, min: 0, max: safe, absent: [0xffff_ffff_ffff_ffffn] },
  s64: { wordCount: 4, min: -safe, max: safe, absent: [0xffff_ffff_ffff_ffffn] },
  f32: { wordCount: 2, min: -3.4028234e38, max: 3.4028234e38, absent: [0x7fc0_0000n] },
};

/** The number in these registers; undefined where the device says that it has none. */
export function decodeNumber(
  words: Uint16Array,
  type: NumberType,
  order: WordOrder,
): number | undefined {
  const { wordCount, min, max, absent } = numberTypes[type];
  assert(words.length === wordCount, `${type} takes ${wordCount} registers`);
  const bits = joinWords(words, order);
  if (absent.includes(bits)) return undefined;
  const value = fromBits(bits, type);
  return value >= min && value <= max ? value : undefined; // NaN and infinities fail as well.
}

/** The inverse. What does not fit becomes "no value", as meters do when they overflow. */
export function encodeNumber(
  value: number | undefined,
  type: NumberType,
  order: WordOrder,
): Uint16Array {
  const { wordCount, min, max, absent } = numberTypes[type];
  const raw = type === "f32" ? value : value === undefined ? undefined : Math.round(value);
  const fits = raw !== undefined && raw >= min && raw <= max;
  return splitWords(fits ? toBits(raw, type) : absent[0], wordCount, order);
}

/** Two characters a register, high byte first; ends at the first NUL, padding cut off. */
export function decodeText(words: Uint16Array): string {
  const bytes = Array.from(words).flatMap((word) => [word >> 8, word & 0xff]);
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end === -1 ? bytes : bytes.slice(0, end))).trim();
}

export function encodeText(text: string, wordCount: number): Uint16Array {
  return Uint16Array.from({ length: wordCount }, (_, index) => {
    const high = text.charCodeAt(2 * index) & 0xff; // Past the end: NaN & 0xff, which is 0.
    return (high << 8) | (text.charCodeAt(2 * index + 1) & 0xff);
  });
}

function joinWords(words: Uint16Array, order: WordOrder): bigint {
  let bits = 0n;
  for (const word of order === "big" ? words : words.toReversed())
    bits = (bits << 16n) | BigInt(word);
  return bits;
}

function splitWords(bits: bigint, wordCount: number, order: WordOrder): Uint16Array {
  const words = new Uint16Array(wordCount);
  let rest = bits;
  for (let index = wordCount - 1; index >= 0; index -= 1) {
    words[index] = Number(rest & 0xffffn);
    rest >>= 16n;
  }
  return order === "big" ? words : words.toReversed();
}

const scratch = new DataView(new ArrayBuffer(4));

function fromBits(bits: bigint, type: NumberType): number {
  switch (type) {
    case "u16":
    case "u32":
    case "acc32":
    case "u64":
      return Number(bits);
    case "s16":
      return Number(BigInt.asIntN(16, bits));
    case "s32":
      return Number(BigInt.asIntN(32, bits));
    case "s64":
      return Number(BigInt.asIntN(64, bits));
    case "f32":
      scratch.setUint32(0, Number(bits));
      return scratch.getFloat32(0);
  }
}

function toBits(value: number, type: NumberType): bigint {
  if (type !== "f32") return BigInt.asUintN(64, BigInt(value));
  scratch.setFloat32(0, value);
  return BigInt(scratch.getUint32(0));
}

/** The registers of one value out of a block that was read as a whole. */
export function wordsAt(
  block: { readonly address: number; readonly words: Uint16Array },
  address: number,
  wordCount: number,
): Uint16Array {
  const from = address - block.address;
  assert(from >= 0 && from + wordCount <= block.words.length, "registers lie inside the block");
  return assertDefined(block.words.subarray(from, from + wordCount), "a slice exists");
}
