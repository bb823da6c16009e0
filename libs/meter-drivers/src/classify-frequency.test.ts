import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { classifyFrequencyRegister } from "./classify-frequency.ts";

describe("codings seen on meters", () => {
  test.each([
    { words: [4_998, 7], type: "u16", scale: 0.01, frequencyHz: 49.98 },
    { words: [49_982, 7], type: "u16", scale: 0.001, frequencyHz: 49.982 },
    { words: [0, 4_998], type: "u32", scale: 0.01, frequencyHz: 49.98 },
    { words: [0, 49_982], type: "u32", scale: 0.001, frequencyHz: 49.982 },
    { words: [7, 41_072], type: "u32", scale: 0.0001, frequencyHz: 49.9824 },
  ] as const)("$words is $type x $scale", ({ words, ...proposal }) => {
    expect(classifyFrequencyRegister(words, 50)).toEqual({ kind: "proposal", ...proposal });
  });

  test.each([
    { words: [0, 0] as const },
    { words: [0xffff, 0xffff] as const },
    { words: [0x8000, 0] as const },
    { words: [0, 230] as const },
    { words: [0, 65_000] as const },
    { words: [4_000, 0] as const },
  ])("$words stays unresolved", ({ words }) => {
    expect(classifyFrequencyRegister(words, 50)).toEqual({ kind: "unresolved" });
  });
});

test("the bytes of the known replies", () => {
  expect(classifyFrequencyRegister([0x1386, 0], 50)).toMatchObject({ type: "u16", scale: 0.01 });
  expect(classifyFrequencyRegister([0, 0xc33e], 50)).toMatchObject({ type: "u32", scale: 0.001 });
});

test("a grid of 60 Hz is not taken for one of 50", () => {
  expect(classifyFrequencyRegister([5_998, 0], 60)).toMatchObject({ frequencyHz: 59.98 });
  expect(classifyFrequencyRegister([5_998, 0], 50)).toEqual({ kind: "unresolved" });
});

test("whatever is proposed lies within a tenth of nominal", () => {
  const word = fc.nat(0xffff);
  fc.assert(
    fc.property(word, word, (high, low) => {
      const proposal = classifyFrequencyRegister([high, low], 50);
      if (proposal.kind === "proposal") {
        expect(proposal.frequencyHz).toBeGreaterThanOrEqual(45);
        expect(proposal.frequencyHz).toBeLessThanOrEqual(55);
      }
    }),
  );
});
