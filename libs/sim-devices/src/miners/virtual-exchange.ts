import { type Clock, fail, ok, type Random, type Result } from "@ballast/kernel";
import type { Exchange, TcpExchange } from "@ballast/miner-drivers";
import type { MinerFace } from "./miner-face.ts";

export interface VirtualExchangeOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One way, through the switches of the site; each exchange takes up to `jitterMs` longer. */
  readonly latencyMs?: number;
  readonly jitterMs?: number;
}

export interface VirtualExchange {
  readonly exchange: Exchange;
  /** Puts a miner on the network. Addresses without one refuse connections. */
  attach(address: { readonly host: string; readonly port: number }, face: MinerFace): void;
}

interface Server {
  readonly face: MinerFace;
  /** It serves one client at a time; the next one waits until then. */
  busyUntilMonoMs: number;
}

/** A network of simulated miners in virtual time: no sockets, the same faults. */
export function virtualExchange(options: VirtualExchangeOptions): VirtualExchange {
  const { clock, random, latencyMs = 1, jitterMs = 1 } = options;
  const servers = new Map<string, Server>();
  return {
    exchange: (exchange) =>
      new Promise((resolve) => {
        const oneWayMs = latencyMs + random.next() * jitterMs;
        const server = servers.get(`${exchange.host}:${exchange.port}`);
        const client = clientOf(exchange, clock, resolve);
        // The handshake costs one round trip before the request can travel.
        if (server === undefined) client.settleAfter(2 * oneWayMs, refused);
        else
          clock.after(3 * oneWayMs, "miner-request", () => serve(server, client, oneWayMs, clock));
      }),
    attach: ({ host, port }, face) => {
      servers.set(`${host}:${port}`, { face, busyUntilMonoMs: 0 });
    },
  };
}

interface Client {
  readonly exchange: TcpExchange;
  readonly deadlineMonoMs: number;
  /** Ends the exchange that much later, or at its deadline if that comes first. */
  settleAfter(delayMs: number, result: Result<Uint8Array>): void;
}

function clientOf(
  exchange: TcpExchange,
  clock: Clock,
  resolve: (result: Result<Uint8Array>) => void,
): Client {
  const deadlineMonoMs = clock.monotonicMs() + exchange.deadlineMs;
  return {
    exchange,
    deadlineMonoMs,
    settleAfter: (delayMs, result) => {
      const leftMs = deadlineMonoMs - clock.monotonicMs();
      const outcome = delayMs <= leftMs || !result.ok ? result : noWholeReply;
      clock.after(Math.min(delayMs, leftMs), "miner-reply", () => resolve(outcome));
    },
  };
}

function serve(server: Server, client: Client, oneWayMs: number, clock: Clock): void {
  const nowMonoMs = clock.monotonicMs();
  if (server.busyUntilMonoMs > nowMonoMs) {
    const waitMs = server.busyUntilMonoMs - nowMonoMs;
    // The client gives up, but its request lies in the server's queue and will be read.
    if (server.busyUntilMonoMs >= client.deadlineMonoMs) client.settleAfter(waitMs, noWholeReply);
    clock.after(waitMs, "miner-turn", () => serve(server, client, oneWayMs, clock));
    return;
  }
  const answer = server.face.answer(client.exchange.request, nowMonoMs);
  switch (answer.kind) {
    case "refused":
      client.settleAfter(0, refused);
      return;
    case "absent":
      client.settleAfter(Number.POSITIVE_INFINITY, noConnection);
      return;
    case "silent":
      server.busyUntilMonoMs = Math.max(nowMonoMs, client.deadlineMonoMs);
      client.settleAfter(Number.POSITIVE_INFINITY, noWholeReply);
      return;
    case "reply":
      server.busyUntilMonoMs = nowMonoMs + answer.delayMs;
      client.settleAfter(answer.delayMs + oneWayMs, received(answer.bytes, client.exchange));
  }
}

const refused = fail("device.unreachable", "connection refused");
const noConnection = fail("device.unreachable", "no connection within the deadline");
const noWholeReply = fail("device.silent", "no whole reply within the deadline");

/** The miner closes behind every reply, so also a cut one ends the exchange. */
function received(bytes: Uint8Array, { replyBytesMax }: TcpExchange): Result<Uint8Array> {
  if (bytes.length > replyBytesMax) return fail("device.oversized", "the reply is too long");
  return bytes.length === 0 ? fail("device.closed", "closed without a reply") : ok(bytes);
}
