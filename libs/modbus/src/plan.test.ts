import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { covers, type Extent, planReads } from "./plan.ts";

const extent = fc.record({
  table: fc.constantFrom("holding" as const, "input" as const),
  address: fc.nat(300),
  wordCount: fc.integer({ min: 1, max: 8 }),
});
const limits = fc.record({
  wordsPerReadMax: fc.integer({ min: 8, max: 125 }),
  spans: fc.array(extent.map((span) => ({ ...span, wordCount: span.wordCount * 10 }))),
});

const wordsOf = ({ table, address, wordCount }: Extent): string[] =>
  Array.from({ length: wordCount }, (_, offset) => `${table}:${address + offset}`);

test("every value is read whole, no read is too long, and none runs over an unknown register", () => {
  fc.assert(
    fc.property(fc.array(extent, { maxLength: 30 }), limits, (extents, limit) => {
      const blocks = planReads(extents, limit);
      const known = new Set([...extents, ...limit.spans].flatMap(wordsOf));
      for (const wanted of extents) {
        expect(blocks.some((block) => covers(block, wanted))).toBe(true);
      }
      for (const block of blocks) {
        expect(block.wordCount).toBeLessThanOrEqual(limit.wordsPerReadMax);
        expect(wordsOf(block).filter((word) => !known.has(word))).toEqual([]);
      }
    }),
  );
});

const pair = (address: number): Extent => ({ table: "holding", address, wordCount: 2 });

test("neighbours share a read", () => {
  const blocks = planReads([pair(12), pair(14), pair(10)], { wordsPerReadMax: 125, spans: [] });
  expect(blocks).toEqual([{ table: "holding", address: 10, wordCount: 6 }]);
});

test("a hole separates, unless it is known to be none", () => {
  const extents = [pair(10), pair(14)];
  expect(planReads(extents, { wordsPerReadMax: 125, spans: [] })).toHaveLength(2);
  const spans = [{ table: "holding" as const, address: 8, wordCount: 20 }];
  expect(planReads(extents, { wordsPerReadMax: 125, spans })).toEqual([
    { table: "holding", address: 10, wordCount: 6 },
  ]);
});

test("the limit of the meter separates", () => {
  const extents = [0, 2, 4, 6, 8, 10].map(pair);
  const counts = planReads(extents, { wordsPerReadMax: 11, spans: [] });
  expect(counts.map(({ wordCount }) => wordCount)).toEqual([10, 2]);
});
