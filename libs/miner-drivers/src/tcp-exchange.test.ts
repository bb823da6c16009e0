import { createServer, type Socket } from "node:net";
import { realClock } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import { replyEnd } from "./decode/reply-end.ts";
import type { TcpExchange } from "./exchange.ts";
import { tcpExchange } from "./tcp-exchange.ts";

const clock = realClock();
const exchange = tcpExchange(clock);
const request = new TextEncoder().encode("hello");

/** Runs one exchange against a server that does `serve` with each connection. */
async function against(serve: (socket: Socket) => void, options: Partial<TcpExchange> = {}) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const result = await exchange({
    host: "127.0.0.1",
    port,
    request,
    isComplete: replyEnd(),
    deadlineMs: 5_000,
    replyBytesMax: 100_000,
    ...options,
  });
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => server.close(done));
  return {
    code: result.ok ? "ok" : result.fault.code,
    text: result.ok ? Buffer.from(result.value).toString() : "",
  };
}

/** Writes in pieces, letting each one go out alone. */
const inPieces = (pieces: readonly string[]) => (socket: Socket) => {
  socket.setNoDelay(true);
  socket.once("data", async () => {
    for (const piece of pieces) {
      socket.write(piece);
      await clock.sleep(3);
    }
  });
};

describe("a reply ends", () => {
  test("with NUL, the connection still open", async () => {
    expect(await against(inPieces(["STATUS=S|\0"]))).toEqual({ code: "ok", text: "STATUS=S|\0" });
  });

  test("with the last bracket of pieces that are no values, the connection still open", async () => {
    expect(await against(inPieces(['{"a":"', "}{", '","b":', "[1,2]", "}"]))).toEqual({
      code: "ok",
      text: '{"a":"}{","b":[1,2]}',
    });
  });

  test("when the miner closes, whole or not", async () => {
    expect(await against((socket) => socket.end("STATUS=S"))).toEqual({
      code: "ok",
      text: "STATUS=S",
    });
  });

  test("at 60 kB in many pieces", async () => {
    const value = JSON.stringify({ text: "x".repeat(60_000) });
    const pieces = value.match(/.{1,997}/g) ?? [];
    expect((await against(inPieces(pieces))).text).toBe(value);
  });

  test("the request arrives in one piece", async () => {
    const seen: string[] = [];
    await against((socket) =>
      socket.on("data", (chunk) => {
        seen.push(chunk.toString());
        socket.end("\0");
      }),
    );
    expect(seen).toEqual(["hello"]);
  });
});

describe("trouble has a name", () => {
  test("refused", async () => {
    const { port } = await new Promise<{ port: number }>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address();
        const free = typeof address === "object" && address !== null ? address.port : 0;
        server.close(() => resolve({ port: free }));
      });
    });
    expect((await against(() => undefined, { port })).code).toBe("device.unreachable");
  });

  test("silent", async () => {
    expect((await against(() => undefined, { deadlineMs: 50 })).code).toBe("device.silent");
  });

  test("a drip that never becomes a reply", async () => {
    const drip = (socket: Socket): void => {
      const stop = clock.every(5, "drip", () => void socket.write("{"));
      socket.on("close", stop);
    };
    expect((await against(drip, { deadlineMs: 80 })).code).toBe("device.silent");
  });

  test("closed without a byte", async () => {
    expect((await against((socket) => socket.end())).code).toBe("device.closed");
  });

  test("reset in the middle", async () => {
    const reset = (socket: Socket): void => {
      socket.once("data", async () => {
        socket.write('{"a":');
        await clock.sleep(20);
        socket.resetAndDestroy();
      });
    };
    expect((await against(reset)).code).toBe("device.closed");
  });

  test("oversized", async () => {
    const flood = (socket: Socket): void => void socket.write("x".repeat(200_000));
    expect((await against(flood)).code).toBe("device.oversized");
  });
});

test("every connection is gone when its exchange is over", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => void socket.write("\0")); // Never closes by itself.
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const results = await Promise.all(
    Array.from({ length: 200 }, () =>
      exchange({
        host: "127.0.0.1",
        port,
        request,
        isComplete: replyEnd(),
        deadlineMs: 10_000,
        replyBytesMax: 1_000,
      }),
    ),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(200);
  // Closing waits for every connection: it comes to an end only because ours are gone.
  expect(await new Promise((done) => server.close(() => done("closed")))).toBe("closed");
});
