import { bodyOfLine, frameLine, jsonIn } from "@ballast/kernel";
import * as z from "zod";
import type { Wear } from "./wear.ts";

/** Where a miner stands by the journal. `waking`: told to start, not yet seen running. */
export const standings = ["on", "off", "waking", "others"] as const;
export type Standing = (typeof standings)[number];

const Count = z.number().int().nonnegative();

/** Each line is complete and absolute: a lost line is healed by the next one of the same miner. */
const MinerLine = z.strictObject({
  kind: z.enum(standings),
  sequence: Count,
  atMs: Count,
  minerId: z.string(),
  reason: z.string(),
  cyclesCount: Count,
  dayCyclesCount: Count,
  lastOffAtMs: Count.optional(),
  /** Of a turn that the history counts; the rest of what its event says stands in this line. */
  cycleId: z.string().optional(),
  decisionId: z.string().optional(),
});
/** Says until when this controller lived, so that the next one knows how long the outage was. */
const MarkLine = z.strictObject({
  kind: z.literal("mark"),
  sequence: Count,
  atMs: Count,
  /** The events of all cycles up to this one are kept elsewhere on disk, to be told for sure. */
  keptSequence: Count.optional(),
});
const Line = z.discriminatedUnion("kind", [MinerLine, MarkLine]);

export type CycleRecord = z.infer<typeof MinerLine>;
export type JournalLine = z.infer<typeof Line>;

export const wearOf = (record: CycleRecord): Wear => ({
  cyclesCount: record.cyclesCount,
  lastOffAtMs: record.lastOffAtMs,
  dayCyclesCount: record.dayCyclesCount,
});

export const encodeLine = (line: JournalLine): string => frameLine(JSON.stringify(line));

export interface Recovered {
  /** The latest record of each miner. */
  readonly records: ReadonlyMap<string, CycleRecord>;
  readonly lastSequence: number;
  /** Cycles whose event may not have been kept, in order: a crash came in between. */
  readonly unkept: readonly CycleRecord[];
  readonly keptSequence: number;
  /** The latest sign of life. */
  readonly lastAtMs: number | undefined;
  readonly lineCount: number;
  readonly damagedCount: number;
  /** Bytes up to the last line break: what follows is a line that a crash cut short. */
  readonly wholeBytes: number;
}

/** Reads what a crash, a power cut or a tired disk left. Never throws. */
export function recoverLines(content: Uint8Array): Recovered {
  const wholeBytes = content.lastIndexOf(0x0a) + 1;
  const text = new TextDecoder().decode(content.subarray(0, wholeBytes));
  const records = new Map<string, CycleRecord>();
  const cycles = new Map<number, CycleRecord>();
  let keptSequence = 0;
  let lastSequence = 0;
  let lastAtMs: number | undefined;
  let lineCount = 0;
  let damagedCount = 0;
  for (const raw of text.split("\n")) {
    if (raw === "") continue;
    const line = decodeLine(raw);
    if (line === undefined) {
      damagedCount += 1;
      continue;
    }
    lineCount += 1;
    lastSequence = Math.max(lastSequence, line.sequence);
    lastAtMs = Math.max(lastAtMs ?? 0, line.atMs);
    if (line.kind === "mark") {
      keptSequence = Math.max(keptSequence, line.keptSequence ?? 0);
      continue;
    }
    if (line.cycleId !== undefined) cycles.set(line.sequence, line);
    const known = records.get(line.minerId);
    if (known === undefined || known.sequence < line.sequence) records.set(line.minerId, line);
  }
  const unkept = [...cycles.values()]
    .filter(({ sequence }) => sequence > keptSequence)
    .sort((left, right) => left.sequence - right.sequence);
  const counts = { lastSequence, keptSequence, lineCount, damagedCount };
  return { records, unkept, lastAtMs, wholeBytes, ...counts };
}

function decodeLine(raw: string): JournalLine | undefined {
  const body = bodyOfLine(raw);
  return body === undefined ? undefined : Line.safeParse(jsonIn(body)).data;
}
