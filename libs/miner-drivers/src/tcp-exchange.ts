import { createConnection } from "node:net";
import { type Clock, fail, ok, type Result } from "@ballast/kernel";
import type { Exchange, TcpExchange } from "./exchange.ts";

/** Exchanges over real sockets. Each opens its own connection and leaves none behind. */
export const tcpExchange =
  (clock: Clock): Exchange =>
  (exchange) =>
    new Promise((resolve) => {
      run(exchange, clock, resolve);
    });

function run(
  exchange: TcpExchange,
  clock: Clock,
  resolve: (result: Result<Uint8Array>) => void,
): void {
  const { host, port, request, isComplete, deadlineMs, replyBytesMax } = exchange;
  const reply = replyBuffer();
  let isConnected = false;
  const socket = createConnection({
    host,
    port,
    // Read straight into the reply: a stream between the two would cost more than all the rest.
    onread: {
      buffer: () => reply.room(),
      callback: (byteCount) => {
        onBytes(byteCount);
        return true;
      },
    },
  });
  const settle = (result: Result<Uint8Array>): void => {
    cancelDeadline();
    // Destroyed, not ended: a miner that never closes its side must not keep ours open.
    socket.removeAllListeners("close");
    socket.destroy();
    resolve(result);
  };
  const cancelDeadline = clock.after(deadlineMs, "miner-exchange", () => {
    const waitedFor = `within ${deadlineMs} ms, ${reply.byteCount()} bytes came`;
    settle(
      isConnected
        ? fail("device.silent", `${host}:${port}: no whole reply ${waitedFor}`)
        : fail("device.unreachable", `${host}:${port}: no connection within ${deadlineMs} ms`),
    );
  });
  let error: Error | undefined;
  socket.on("connect", () => {
    isConnected = true;
    socket.write(request);
  });
  const onBytes = (byteCount: number): void => {
    const received = reply.grow(byteCount);
    if (received.length > replyBytesMax) {
      settle(fail("device.oversized", `${host}:${port}: more than ${replyBytesMax} bytes`));
    } else if (isComplete(received)) settle(ok(received));
  };
  socket.on("error", (problem) => {
    error = problem;
  });
  // The end of the other side closes ours, and an error does too: everything arrives here.
  socket.on("close", () => {
    const why = error?.message ?? "closed by the miner";
    if (!isConnected) settle(fail("device.unreachable", `${host}:${port}: ${why}`));
    else if (error !== undefined || reply.byteCount() === 0) {
      settle(fail("device.closed", `${host}:${port}: ${why} after ${reply.byteCount()} bytes`));
    } else settle(ok(reply.received()));
  });
}

/** Holds the answers to most commands; a poll's reply doubles it a few times. */
const roomFirstBytes = 1_024;

interface ReplyBuffer {
  byteCount(): number;
  /** Where the next bytes go, behind those that came. Never empty. */
  room(): Uint8Array;
  /** So many bytes have come there. Everything so far, as a view that is never written again. */
  grow(byteCount: number): Uint8Array;
  received(): Uint8Array;
}

/** When it is full it doubles, so that the copies of a long reply sum up to its length. */
function replyBuffer(): ReplyBuffer {
  let bytes: Uint8Array = Buffer.allocUnsafe(roomFirstBytes);
  let byteCount = 0;
  const received = (): Uint8Array => bytes.subarray(0, byteCount);
  return {
    byteCount: () => byteCount,
    received,
    room: () => {
      if (byteCount === bytes.length) {
        const wider = Buffer.allocUnsafe(2 * bytes.length);
        wider.set(bytes);
        bytes = wider;
      }
      return bytes.subarray(byteCount);
    },
    grow: (more) => {
      byteCount += more;
      return received();
    },
  };
}
