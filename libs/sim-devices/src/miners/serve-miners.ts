import { createServer, type Server, type Socket } from "node:net";
import { type Clock, fail, ok, type Random, type Result } from "@ballast/kernel";
import type { SimulatedMiner } from "@ballast/sim-plant";
import type { ArrivedCommand, MinerFace } from "./miner-face.ts";
import { openFace, type SimulatedDriverId } from "./open-face.ts";

export interface ServedMiner {
  readonly miner: SimulatedMiner;
  readonly driverId: SimulatedDriverId;
}

export interface ServeMinersOptions {
  readonly miners: readonly ServedMiner[];
  readonly clock: Clock;
  readonly random: Random;
  /** The instant when a sleep or wake was read from the socket. */
  readonly onCommand?: (command: ArrivedCommand) => void;
  /** Port of every miner at its own address; 0 lets the system choose. Default 4028. */
  readonly port?: number;
  /** A reply leaves in up to so many pieces, `pieceGapMs` apart, as from a slow board. Default 1. */
  readonly replyPiecesMax?: number;
  readonly pieceGapMs?: number;
}

export interface MinerAddress {
  readonly minerId: string;
  readonly host: string;
  readonly port: number;
}

export interface MinerServers {
  /** In the order of the miners. */
  readonly addresses: readonly MinerAddress[];
  close(): Promise<void>;
}

/** Clients at one miner, the one being served among them; more are turned away. */
const clientsMax = 16;
/** A client that connects and says nothing holds up all others for this long. */
const requestWithinMs = 5_000;

/**
 * The miners on real sockets, each at an address of its own in 127.0.0.0/8 and all on one port. On
 * systems where only 127.0.0.1 exists, each gets a port of its own there.
 */
export async function serveMiners(options: ServeMinersOptions): Promise<Result<MinerServers>> {
  const { miners, port = 4_028, random, onCommand } = options;
  const servers: Server[] = [];
  const addresses: MinerAddress[] = [];
  const sockets = new Set<Socket>();
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  };
  for (const [index, { miner, driverId }] of miners.entries()) {
    const chance = random.fork(`face/${miner.id}`);
    const face = openFace(driverId, { miner, random: chance, ...(onCommand && { onCommand }) });
    const server = minerServer(face, { ...options, random: chance }, sockets);
    const opened = await listen(server, index, port);
    if (!opened.ok) {
      await close();
      return opened;
    }
    servers.push(server);
    addresses.push({ minerId: miner.id, ...opened.value });
  }
  return ok({ addresses, close });
}

type Place = Omit<MinerAddress, "minerId">;

async function listen(server: Server, index: number, port: number): Promise<Result<Place>> {
  const own = await listenAt(server, loopbackAddress(index), port);
  if (own.ok) return own;
  const shared = await listenAt(server, "127.0.0.1", port === 0 ? 0 : port + index);
  return shared.ok ? shared : own;
}

/** 127.1.0.1, 127.1.0.2, …: 250 in each of 250 by 250 blocks, away from 127.0.0.1. */
function loopbackAddress(index: number): string {
  const block = Math.floor(index / 250);
  return `127.${1 + Math.floor(block / 250)}.${block % 250}.${1 + (index % 250)}`;
}

const listenAt = (server: Server, host: string, port: number): Promise<Result<Place>> =>
  new Promise((resolve) => {
    const onError = (problem: Error): void =>
      resolve(fail("device.unreachable", `cannot listen on ${host}:${port}: ${problem.message}`));
    server.once("error", onError);
    server.listen({ host, port }, () => {
      server.off("error", onError);
      const bound = server.address();
      resolve(ok({ host, port: typeof bound === "object" && bound !== null ? bound.port : port }));
    });
  });

/** Serves one client at a time; the others wait in the order in which they came. */
function minerServer(face: MinerFace, options: ServeMinersOptions, sockets: Set<Socket>): Server {
  let turn: Promise<void> = Promise.resolve();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined); // A client that went away is its own trouble.
    const gone = new Promise<void>((done) => {
      socket.once("close", () => {
        sockets.delete(socket);
        done();
      });
    });
    turn = turn.then(() => Promise.race([gone, serve(socket, face, options)]));
  });
  server.maxConnections = clientsMax;
  return server;
}

async function serve(socket: Socket, face: MinerFace, options: ServeMinersOptions): Promise<void> {
  const { clock } = options;
  const request = await firstChunk(socket, clock);
  if (request === undefined) return;
  const answer = face.answer(request, clock.monotonicMs());
  switch (answer.kind) {
    case "refused":
      // The port stays open here, so the nearest to a refusal is to reset at once.
      socket.resetAndDestroy();
      return;
    case "absent":
    case "silent":
      // The client gives up first; then its turn is over.
      return new Promise(() => undefined);
    case "reply":
      await clock.sleep(answer.delayMs);
      await send(socket, answer.bytes, options);
  }
}

const firstChunk = (socket: Socket, clock: Clock): Promise<Uint8Array | undefined> =>
  new Promise((resolve) => {
    const cancel = clock.after(requestWithinMs, "miner-server-request", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("data", (chunk) => {
      cancel();
      resolve(chunk);
    });
    socket.once("close", cancel);
  });

async function send(socket: Socket, bytes: Uint8Array, options: ServeMinersOptions): Promise<void> {
  const { clock, random, replyPiecesMax = 1, pieceGapMs = 5 } = options;
  const pieceCount = random.integer(1, replyPiecesMax);
  const pieceBytes = Math.ceil(bytes.length / pieceCount);
  for (let from = pieceBytes; from < bytes.length; from += pieceBytes) {
    socket.write(bytes.subarray(from - pieceBytes, from));
    await clock.sleep(pieceGapMs);
  }
  socket.end(bytes.subarray((pieceCount - 1) * pieceBytes));
}
