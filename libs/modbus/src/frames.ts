import { fail, ok, type Result } from "@ballast/kernel";

/** One Modbus TCP message without its header: function code and data. */
export interface Frame {
  readonly transactionId: number;
  readonly unitId: number;
  readonly pdu: Uint8Array;
}

const headerBytes = 7; // Transaction, protocol, length, unit.
const pduBytesMax = 253;

/** Cuts a byte stream into frames, however the network has split or merged them. */
export interface FrameSplitter {
  /** The frames that are complete now. A fault means that the stream cannot be followed further. */
  push(chunk: Uint8Array): Result<readonly Frame[]>;
}

export function frameSplitter(): FrameSplitter {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : concat(rest, chunk);
      const frames: Frame[] = [];
      while (rest.length >= headerBytes) {
        const header = new DataView(rest.buffer, rest.byteOffset, headerBytes);
        const pduBytes = header.getUint16(4) - 1; // The length counts the unit id as well.
        if (header.getUint16(2) !== 0) return fail("device.garbled", "protocol id is not 0");
        if (pduBytes < 1 || pduBytes > pduBytesMax) {
          return fail("device.garbled", `impossible length of ${pduBytes} bytes`);
        }
        const frameBytes = headerBytes + pduBytes;
        if (rest.length < frameBytes) break;
        frames.push({
          transactionId: header.getUint16(0),
          unitId: header.getUint8(6),
          pdu: rest.slice(headerBytes, frameBytes),
        });
        rest = rest.subarray(frameBytes);
      }
      return ok(frames);
    },
  };
}

export function encodeFrame({ transactionId, unitId, pdu }: Frame): Uint8Array {
  const bytes = new Uint8Array(headerBytes + pdu.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, transactionId);
  view.setUint16(4, pdu.length + 1);
  view.setUint8(6, unitId);
  bytes.set(pdu, headerBytes);
  return bytes;
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}
