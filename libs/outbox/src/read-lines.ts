import { ok, type Result, type Storage } from "@ballast/kernel";
import { bodyLengthMax } from "./core/record-line.ts";

const chunkBytes = 262_144;
/** Three bytes a character at worst, and the frame. Past this it is no line of ours. */
const lineBytesMax = 3 * bodyLengthMax + 64;
const lineBreak = 0x0a;

export interface Line {
  readonly text: string;
  /** Where the next line begins. */
  readonly endBytes: number;
}

interface Stretch {
  readonly name: string;
  readonly fromBytes: number;
  readonly untilBytes: number;
}

/**
 * Hands over the whole lines of a stretch of a file, a piece at a time, until `take` has enough
 * and says false. Memory holds one chunk, however long the file is.
 */
export async function readLines(
  storage: Storage,
  { name, fromBytes, untilBytes }: Stretch,
  take: (line: Line) => boolean,
): Promise<Result<void>> {
  let rest = Buffer.alloc(0);
  let atBytes = fromBytes;
  while (atBytes < untilBytes) {
    const read = await storage.readRange(name, atBytes, Math.min(chunkBytes, untilBytes - atBytes));
    if (!read.ok) return read;
    if (read.value.length === 0) return ok(undefined);
    const bytes = rest.length === 0 ? Buffer.from(read.value) : Buffer.concat([rest, read.value]);
    const bytesFrom = atBytes - rest.length;
    atBytes += read.value.length;
    let start = 0;
    for (let end = bytes.indexOf(lineBreak); end >= 0; end = bytes.indexOf(lineBreak, start)) {
      const text = bytes.toString("utf8", start, end);
      start = end + 1;
      if (!take({ text, endBytes: bytesFrom + start })) return ok(undefined);
    }
    rest = bytes.subarray(start);
    // Rubbish without line breaks is not piled up; what follows its end is read again.
    if (rest.length > lineBytesMax) rest = Buffer.alloc(0);
  }
  return ok(undefined);
}
