import { assert, bodyOfLine, frameLine } from "@ballast/kernel";

/** Longer than any message that the bus lets through. */
export const bodyLengthMax = 1_048_576;

export interface SequencedLine {
  /** Given once in each lane, in order; gaps are what the disk lost. */
  readonly sequence: number;
  readonly atMs: number;
  readonly body: string;
}

/** `1f3a9c02 17 1790000000000 {"cycleId":…}` */
export function encodeRecord({ sequence, atMs, body }: SequencedLine): string {
  assert(body.length <= bodyLengthMax, "a record fits into the outbox");
  assert(!body.includes("\n"), "a record is one line");
  return frameLine(`${sequence} ${Math.round(atMs)} ${body}`);
}

const shape = /^(\d{1,15}) (-?\d{1,16}) /;

/** Undefined for a line that is torn or spoiled. */
export function decodeRecord(line: string): SequencedLine | undefined {
  const framed = bodyOfLine(line);
  if (framed === undefined) return undefined;
  const [head, sequence, atMs] = shape.exec(framed) ?? [];
  if (head === undefined) return undefined;
  return { sequence: Number(sequence), atMs: Number(atMs), body: framed.slice(head.length) };
}
