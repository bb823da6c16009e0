const nul = 0x00;
const quote = 0x22;
const backslash = 0x5c;
const openers: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closers: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * Tells when a reply is whole: it ends in NUL, or it is one complete JSON value. Firmwares differ,
 * and some leave the connection open behind the last bracket. Remembers how far it has looked, so a
 * reply in many pieces is scanned once; use a new one for each exchange.
 */
export function replyEnd(): (received: Uint8Array) => boolean {
  let scannedCount = 0;
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  return (received) => {
    if (received.at(-1) === nul) return true;
    for (; scannedCount < received.length; scannedCount += 1) {
      const byte = received[scannedCount] ?? nul;
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) isInString = false;
      } else if (byte === quote) isInString = true;
      else if (openers.has(byte)) depth += 1;
      else if (closers.has(byte)) {
        depth -= 1;
        if (depth === 0) return true;
      }
    }
    return false;
  };
}
