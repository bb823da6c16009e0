import type { NumberType } from "@ballast/modbus";

/** A proposal for the engineer, never a decision: at run time only the site file counts. */
export type FrequencyProposal =
  | {
      readonly kind: "proposal";
      readonly type: NumberType;
      readonly scale: number;
      readonly frequencyHz: number;
    }
  | { readonly kind: "unresolved" };

/** A grid that is being measured at all is within a tenth of its nominal frequency. */
const windowRatio = 0.1;

/** Which coding makes a plausible frequency of two registers that are known to contain one. */
export function classifyFrequencyRegister(
  words: readonly [number, number],
  nominalHz: number,
): FrequencyProposal {
  const [high, low] = words;
  const long = high * 65_536 + low;
  const candidates = [
    { type: "u16", counts: high, perHz: 100 },
    { type: "u16", counts: high, perHz: 1_000 },
    { type: "u32", counts: long, perHz: 100 },
    { type: "u32", counts: long, perHz: 1_000 },
    { type: "u32", counts: long, perHz: 10_000 },
  ] as const;
  const match = candidates.find(
    ({ counts, perHz }) => Math.abs(counts / perHz - nominalHz) <= nominalHz * windowRatio,
  );
  if (match === undefined) return { kind: "unresolved" };
  const { type, counts, perHz } = match;
  return { kind: "proposal", type, scale: 1 / perHz, frequencyHz: counts / perHz };
}
