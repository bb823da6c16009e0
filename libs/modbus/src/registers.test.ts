import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  decodeNumber,
  decodeText,
  encodeNumber,
  encodeText,
  type NumberType,
  numberTypes,
  type WordOrder,
} from "./registers.ts";

const types = (Object.keys(numberTypes) as NumberType[]).map((type) => ({ type }));
const order = fc.constantFrom<WordOrder>("big", "little");

describe("known registers", () => {
  const vectors: readonly [string, NumberType, WordOrder, readonly number[], number | undefined][] =
    [
      ["49.98 Hz as a float, high word first", "f32", "big", [0x4247, 0xeb85], 49.98],
      ["49.98 Hz as a float, low word first", "f32", "little", [0xeb85, 0x4247], 49.98],
      ["229.6 V of an EM24", "s32", "little", [0x08f8, 0x0000], 2296],
      ["a 64-bit counter", "u64", "big", [0, 0, 0x075b, 0xcd15], 123_456_789],
      ["a 64-bit counter, low word first", "u64", "little", [0xcd15, 0x075b, 0, 0], 123_456_789],
      ["-69123.45 var of a SEL-735", "s32", "big", [0xff96, 0x86a7], -6_912_345],
      ["minus one", "s16", "big", [0xffff], -1],
      ["the float that is not a number", "f32", "big", [0xffc0, 0x0000], undefined],
      ["another one", "f32", "big", [0x7fc0, 0x0000], undefined],
      ["infinity", "f32", "big", [0x7f80, 0x0000], undefined],
      ["minus infinity", "f32", "big", [0xff80, 0x0000], undefined],
      ["no value, s16 of SunSpec", "s16", "big", [0x8000], undefined],
      ["no value, s16 of ABB", "s16", "big", [0x7fff], undefined],
      ["no value, u16", "u16", "big", [0xffff], undefined],
      ["no value, s32 of SunSpec", "s32", "big", [0x8000, 0x0000], undefined],
      ["no value, s32 of ABB", "s32", "big", [0x7fff, 0xffff], undefined],
      ["overflow of an EM24", "s32", "little", [0x1234, 0x7fff], undefined],
      ["no value, u32", "u32", "big", [0xffff, 0xffff], undefined],
      ["not counted, acc32", "acc32", "big", [0, 0], undefined],
      ["no value, u64", "u64", "big", [0xffff, 0xffff, 0xffff, 0xffff], undefined],
      ["no value, u64 of ABB", "u64", "big", [0x7fff, 0xffff, 0xffff, 0xffff], undefined],
      ["no value, s64", "s64", "big", [0x8000, 0, 0, 0], undefined],
    ];

  test.each(vectors)("%s", (_, type, wordOrder, words, expected) => {
    const value = decodeNumber(Uint16Array.from(words), type, wordOrder);
    if (expected === undefined) expect(value).toBeUndefined();
    else expect(value).toBeCloseTo(expected, 5);
  });
});

describe.each(types)("$type", ({ type }) => {
  const { wordCount, min, max, absent } = numberTypes[type];
  const anyWords = fc.uint16Array({ minLength: wordCount, maxLength: wordCount });

  test("decodes anything without throwing, and never to a number that is none", () => {
    fc.assert(
      fc.property(anyWords, order, (words, wordOrder) => {
        const value = decodeNumber(words, type, wordOrder);
        expect(value === undefined || Number.isFinite(value)).toBe(true);
      }),
    );
  });

  test("encodes what it decodes, bit by bit", () => {
    fc.assert(
      fc.property(anyWords, order, (words, wordOrder) => {
        const value = decodeNumber(words, type, wordOrder);
        fc.pre(value !== undefined && !Object.is(value, -0));
        expect(encodeNumber(value, type, wordOrder)).toEqual(words);
      }),
    );
  });

  test("nothing, and what does not fit, becomes a pattern for no value", () => {
    for (const value of [undefined, Number.NaN, max * 2 + 2, min * 2 - 2]) {
      const words = encodeNumber(value, type, "big");
      expect(decodeNumber(words, type, "big")).toBeUndefined();
    }
  });

  test.each(absent.map((pattern) => ({ pattern })))("$pattern means no value", ({ pattern }) => {
    const words = Uint16Array.from({ length: wordCount }, (_, index) =>
      Number((pattern >> BigInt(16 * (wordCount - 1 - index))) & 0xffffn),
    );
    expect(decodeNumber(words, type, "big")).toBeUndefined();
  });
});

test("text ends at the first NUL, and padding is cut off", () => {
  expect(decodeText(Uint16Array.of(0x5345, 0x4c2d, 0x3733, 0x3500, 0x4142))).toBe("SEL-735");
  expect(decodeText(Uint16Array.of(0x4142, 0x2020))).toBe("AB");
  expect(decodeText(encodeText("SEL-735-R206", 20))).toBe("SEL-735-R206");
});
