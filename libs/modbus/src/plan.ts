import { assert } from "@ballast/kernel";
import type { ReadRequest } from "./link.ts";

/** Registers that must come in one reply: a value, or a value with its scale factor. */
export type Extent = ReadRequest;

export interface PlanLimits {
  readonly wordsPerReadMax: number;
  /**
   * Stretches in which every address exists. Elsewhere a read never runs over a register nobody
   * asked for: one address that does not exist fails the whole block.
   */
  readonly spans: readonly Extent[];
}

/** As few reads as the device allows. */
export function planReads(extents: readonly Extent[], limits: PlanLimits): readonly ReadRequest[] {
  const sorted = [...extents].sort(
    (left, right) => left.table.localeCompare(right.table) || left.address - right.address,
  );
  const blocks: ReadRequest[] = [];
  for (const extent of sorted) {
    assert(extent.wordCount <= limits.wordsPerReadMax, "a value fits into one read");
    const last = blocks.at(-1);
    const joined = last === undefined ? undefined : join(last, extent, limits);
    if (joined === undefined) blocks.push({ ...extent });
    else blocks[blocks.length - 1] = joined;
  }
  return blocks;
}

const endOf = ({ address, wordCount }: Extent): number => address + wordCount;

export const covers = (outer: Extent, inner: Extent): boolean =>
  outer.table === inner.table && outer.address <= inner.address && endOf(outer) >= endOf(inner);

function join(block: Extent, extent: Extent, limits: PlanLimits): ReadRequest | undefined {
  if (block.table !== extent.table) return undefined;
  const wordCount = Math.max(endOf(block), endOf(extent)) - block.address;
  const joined = { table: block.table, address: block.address, wordCount };
  const hasHole = extent.address > endOf(block);
  const isAllowed = !hasHole || limits.spans.some((span) => covers(span, joined));
  return isAllowed && wordCount <= limits.wordsPerReadMax ? joined : undefined;
}
