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
  const socket = createConnection({ host, port, noDelay: true });
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
  socket.on("data", (chunk) => {
    if (reply.byteCount() + chunk.length > replyBytesMax) {
      settle(fail("device.oversized", `${host}:${port}: more than ${replyBytesMax} bytes`));
      return;
    }
    const received = reply.append(chunk);
    if (isComplete(received)) settle(ok(received));
  });
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

interface ReplyBuffer {
  byteCount(): number;
  /** Everything so far, as a view that is valid until the next append. */
  append(chunk: Uint8Array): Uint8Array;
  received(): Uint8Array;
}

/** Most replies are one chunk and never copied; longer ones double their room, so the sum is linear. */
function replyBuffer(): ReplyBuffer {
  let room: Uint8Array = new Uint8Array(0);
  let byteCount = 0;
  const received = (): Uint8Array => room.subarray(0, byteCount);
  return {
    byteCount: () => byteCount,
    received,
    append: (chunk) => {
      if (byteCount === 0) {
        room = chunk;
        byteCount = chunk.length;
        return received();
      }
      if (byteCount + chunk.length > room.length) {
        const wider = new Uint8Array(2 * (byteCount + chunk.length));
        wider.set(received());
        room = wider;
      }
      room.set(chunk, byteCount);
      byteCount += chunk.length;
      return received();
    },
  };
}
