import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { AssertionFailure, assert, realClock } from "@ballast/kernel";
import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodeFrame, type Frame, frameSplitter } from "./frames.ts";
import type { ModbusLink } from "./link.ts";
import { openModbusTcp } from "./open-modbus-tcp.ts";
import { ReadOnlySocket } from "./read-only-socket.ts";

const clock = realClock();
const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A device that does with each request what the test wants. */
async function device(answer: (socket: Socket, request: Frame) => void) {
  const requests: Buffer[] = [];
  const server: Server = createServer((socket) => {
    cleanUps.push(() => socket.destroy());
    const splitter = frameSplitter();
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      requests.push(chunk);
      const frames = splitter.push(chunk);
      assert(frames.ok, "the reader sends whole frames");
      for (const frame of frames.value) answer(socket, frame);
    });
  });
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  cleanUps.push(() => server.close());
  const address = server.address();
  assert(typeof address === "object" && address !== null, "listening");
  return { port: address.port, requests };
}

async function open(port: number, deadlineMs = 2_000): Promise<ModbusLink> {
  const host = "127.0.0.1";
  const opened = await openModbusTcp({
    host,
    port,
    unitId: 1,
    connectDeadlineMs: 2_000,
    deadlineMs,
    clock,
  });
  assert(opened.ok, "the device listens");
  cleanUps.push(() => void opened.value.close());
  return opened.value;
}

const twoWords = (request: Frame): Frame => ({
  ...request,
  pdu: Uint8Array.of(request.pdu[0] ?? 0, 4, 0x42, 0x47, 0xeb, 0x85),
});
const frequency = { table: "input", address: 0x46, wordCount: 2 } as const;

test("the request on the wire is the known one, and the reply comes back as registers", async () => {
  const { port, requests } = await device((socket, request) =>
    socket.write(encodeFrame(twoWords(request))),
  );
  const link = await open(port);
  const words = await link.read({ table: "holding", address: 350, wordCount: 2 });
  expect(words).toEqual({ ok: true, value: Uint16Array.of(0x4247, 0xeb85) });
  expect(requests.map((bytes) => bytes.toString("hex"))).toEqual(["0001000000060103015e0002"]);
});

test("a reply in single bytes is one reply", async () => {
  const { port } = await device((socket, request) => {
    for (const byte of encodeFrame(twoWords(request))) socket.write(Uint8Array.of(byte));
  });
  const link = await open(port);
  expect(await link.read(frequency)).toMatchObject({ ok: true });
});

test("an exception is an answer: the link stays open", async () => {
  let count = 0;
  const { port } = await device((socket, request) => {
    count += 1;
    const busy = { ...request, pdu: Uint8Array.of(0x84, 6) };
    socket.write(encodeFrame(count === 1 ? busy : twoWords(request)));
  });
  const link = await open(port);
  expect(await link.read(frequency)).toMatchObject({ ok: false, fault: { code: "device.busy" } });
  expect(link.isOpen()).toBe(true);
  expect(await link.read(frequency)).toMatchObject({ ok: true });
});

describe("a reply that is not the answer ends the link", () => {
  const odd: Record<string, (request: Frame) => Uint8Array> = {
    "another transaction": (request) =>
      encodeFrame({ ...twoWords(request), transactionId: request.transactionId + 1 }),
    "another unit": (request) => encodeFrame({ ...twoWords(request), unitId: 9 }),
    "another function code": (request) =>
      encodeFrame({ ...request, pdu: Uint8Array.of(3, 4, 0, 0, 0, 0) }),
    "another exception": (request) => encodeFrame({ ...request, pdu: Uint8Array.of(0x83, 2) }),
    "another unit's exception": (request) =>
      encodeFrame({ ...request, unitId: 9, pdu: Uint8Array.of(0x84, 6) }),
    "another protocol": (request) => {
      const bytes = encodeFrame(twoWords(request));
      bytes[3] = 1;
      return bytes;
    },
    "too few registers": (request) =>
      encodeFrame({ ...request, pdu: Uint8Array.of(4, 2, 0x42, 0x47) }),
    "too many registers": (request) =>
      encodeFrame({ ...request, pdu: Uint8Array.of(4, 6, 1, 2, 3, 4, 5, 6) }),
    "a byte count that lies": (request) =>
      encodeFrame({ ...request, pdu: Uint8Array.of(4, 2, 0x42, 0x47, 0xeb, 0x85) }),
    "a byte count beyond the reply": (request) =>
      encodeFrame({ ...request, pdu: Uint8Array.of(4, 200, 0x42, 0x47, 0xeb, 0x85) }),
    "no Modbus at all": () => new TextEncoder().encode("SSH-2.0-OpenSSH_9.6\r\n"),
  };

  test.each(Object.entries(odd))("%s", async (_, reply) => {
    const { port } = await device((socket, request) => socket.write(reply(request)));
    const link = await open(port);
    const outcome = await link.read(frequency);
    expect(outcome).toMatchObject({ ok: false, fault: { code: "device.garbled" } });
    expect(link.isOpen()).toBe(false);
    const next = await link.read(frequency);
    expect(next).toMatchObject({ ok: false, fault: { code: "device.closed" } });
  });
});

test("a second reply to the same request ends the link", async () => {
  const { port } = await device((socket, request) => {
    socket.write(encodeFrame(twoWords(request)));
    socket.write(encodeFrame(twoWords(request)));
  });
  const link = await open(port);
  await link.read(frequency);
  await link.read(frequency);
  expect(link.isOpen()).toBe(false);
});

test("no reply ends the link at the deadline", async () => {
  const { port } = await device(() => undefined);
  const link = await open(port, 30);
  expect(await link.read(frequency)).toMatchObject({ ok: false, fault: { code: "device.silent" } });
  expect(link.isOpen()).toBe(false);
});

test("a device that hangs up is told at once", async () => {
  const { port } = await device((socket) => socket.destroy());
  const link = await open(port, 60_000);
  expect(await link.read(frequency)).toMatchObject({ ok: false, fault: { code: "device.closed" } });
});

test("closing ends the read that waits", async () => {
  const { port } = await device(() => undefined);
  const link = await open(port, 60_000);
  const waiting = link.read(frequency);
  await link.close();
  expect(await waiting).toMatchObject({ ok: false, fault: { code: "device.closed" } });
});

test("nobody listening is a fault, not an exception", async () => {
  const { port } = await device(() => undefined);
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
  const host = "127.0.0.1";
  const limits = { unitId: 1, connectDeadlineMs: 2_000, deadlineMs: 2_000, clock };
  const opened = await openModbusTcp({ host, port, ...limits });
  expect(opened).toMatchObject({ ok: false, fault: { code: "device.unreachable" } });
});

test("whatever is asked for, only function codes 3 and 4 leave", async () => {
  const seen = new Set<number>();
  const { port } = await device((socket, request) => {
    const [code = 0, , , high = 0, low = 0] = request.pdu;
    seen.add(code);
    const wordCount = high * 256 + low;
    const pdu = Uint8Array.from([code, 2 * wordCount, ...new Uint8Array(2 * wordCount)]);
    socket.write(encodeFrame({ ...request, pdu }));
  });
  const link = await open(port);
  const request = fc.record({
    table: fc.constantFrom("holding" as const, "input" as const),
    address: fc.nat(0xffff),
    wordCount: fc.integer({ min: 1, max: 125 }),
  });
  await fc.assert(
    fc.asyncProperty(request, async (one) => {
      const words = await link.read(one);
      expect(words.ok && words.value.length).toBe(one.wordCount);
    }),
    { numRuns: 300 }, // Past 256, where modbus-serial starts its transaction ids anew.
  );
  expect([...seen].sort()).toEqual([3, 4]);
  expect(Object.keys(link).sort()).toEqual(["close", "isOpen", "read"]);
});

test.each([1, 2, 5, 6, 15, 16, 22, 23, 43])(
  "the connected socket itself refuses function code %d",
  async (code) => {
    const { port, requests } = await device(() => undefined);
    const socket = new ReadOnlySocket();
    cleanUps.push(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.connect({ host: "127.0.0.1", port });
    await once(socket, "connect");
    const pdu = Uint8Array.of(code, 0, 76, 0, 1);
    expect(() => socket.write(encodeFrame({ transactionId: 1, unitId: 1, pdu }))).toThrow(
      "only reads are sent",
    );
    expect(requests).toEqual([]);
  },
);

test("a second request while one is under way is our own mistake", async () => {
  const { port } = await device(() => undefined);
  const link = await open(port, 60_000);
  void link.read(frequency);
  await expect(link.read(frequency)).rejects.toThrow(AssertionFailure);
});
