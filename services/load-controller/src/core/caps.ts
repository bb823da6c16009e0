import type { CapPicture } from "./picture.ts";

export type CapName = "none" | "frequency" | "voltage" | "supply" | "boot" | `caps/${string}`;

export interface NamedCap {
  readonly name: CapName;
  readonly capW: number;
}

/** Ceilings that others own, without those that have ended. */
export const currentCaps = (caps: readonly CapPicture[], wallAtMs: number): readonly NamedCap[] =>
  caps
    .filter(({ expiresAtMs }) => expiresAtMs > wallAtMs)
    .map(({ source, capW }) => ({ name: `caps/${source}`, capW }));

/** The lowest of all, never outside zero and the rating. Of equal ones the first binds. */
export function lowestCap(caps: readonly NamedCap[], ratedW: number): NamedCap {
  let lowest: NamedCap = { name: "none", capW: ratedW };
  for (const cap of caps) if (cap.capW < lowest.capW) lowest = cap;
  return lowest.capW < 0 ? { name: lowest.name, capW: 0 } : lowest;
}
