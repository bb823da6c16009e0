import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { assert, type Clock } from "@ballast/kernel";
import { encodeFrame, type Frame, frameSplitter, wordsPerReadMax } from "@ballast/modbus";
import type { MeterAnswer, SimulatedMeter } from "./simulated-meter.ts";

export interface ServeModbusOptions {
  readonly meter: SimulatedMeter;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock: Clock;
  /** Told of every request, also of those that a reader must never send. */
  readonly onRequest?: (functionCode: number) => void;
}

export interface ModbusServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A strict Modbus TCP server over a simulated meter. It knows reading, and refuses the rest. */
export async function serveModbus(options: ServeModbusOptions): Promise<ModbusServer> {
  const { meter, host, port } = options;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (meter.fault.kind === "dead") socket.destroy();
    else serveConnection(socket, options);
  });
  server.listen({ host, port });
  await once(server, "listening");
  const address = server.address();
  assert(typeof address === "object" && address !== null, "a TCP server has an address");
  return {
    port: address.port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function serveConnection(socket: Socket, options: ServeModbusOptions): void {
  const splitter = frameSplitter();
  socket.on("data", (chunk) => {
    const frames = splitter.push(chunk);
    if (!frames.ok) socket.destroy();
    else for (const frame of frames.value) serveRequest(socket, frame, options);
  });
}

function serveRequest(socket: Socket, frame: Frame, options: ServeModbusOptions): void {
  const { meter, clock, onRequest } = options;
  const [functionCode = 0] = frame.pdu;
  onRequest?.(functionCode);
  const answer = answerTo(frame, meter, clock.monotonicMs());
  const reply = encodeFrame({ ...frame, pdu: replyPdu(functionCode, answer) });
  switch (answer.kind) {
    case "words":
      if (answer.delayMs === 0) socket.write(reply);
      else writeLater(socket, reply, answer.delayMs, clock);
      return;
    case "exception":
      socket.write(reply);
      return;
    case "truncated":
      socket.write(reply.subarray(0, Math.ceil(reply.length / 2)));
      return;
    case "stray":
      socket.write(
        encodeFrame({
          ...frame,
          transactionId: (frame.transactionId + 7) & 0xffff,
          pdu: replyPdu(functionCode, answer),
        }),
      );
      return;
    case "garbage":
      socket.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
      return;
    case "hang-up":
      socket.destroy();
      return;
    case "silent":
      return;
  }
}

function writeLater(socket: Socket, reply: Uint8Array, delayMs: number, clock: Clock): void {
  const cancel = clock.after(delayMs, "modbus-reply", () => {
    socket.off("close", cancel);
    socket.write(reply);
  });
  socket.once("close", cancel);
}

const readCodes = { 3: "holding", 4: "input" } as const;

function answerTo({ unitId, pdu }: Frame, meter: SimulatedMeter, monoMs: number): MeterAnswer {
  const [functionCode] = pdu;
  if (unitId !== meter.driver.unitId) return { kind: "exception", code: 11 };
  if (functionCode !== 3 && functionCode !== 4) return { kind: "exception", code: 1 };
  if (pdu.length !== 5) return { kind: "exception", code: 3 };
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.length);
  const wordCount = view.getUint16(3);
  if (wordCount > wordsPerReadMax) return { kind: "exception", code: 3 };
  const table = readCodes[functionCode];
  return meter.answer({ table, address: view.getUint16(1), wordCount }, monoMs);
}

function replyPdu(functionCode: number, answer: MeterAnswer): Uint8Array {
  if (answer.kind === "exception") return Uint8Array.of(functionCode | 0x80, answer.code);
  const words = answer.kind === "words" ? answer.words : Uint16Array.of(0, 0);
  const pdu = new Uint8Array(2 + 2 * words.length);
  pdu.set([functionCode, 2 * words.length]);
  const view = new DataView(pdu.buffer);
  for (const [index, word] of words.entries()) view.setUint16(2 + 2 * index, word);
  return pdu;
}
