import type { Result } from "@ballast/kernel";

/** One connection, one request, one reply: the only way a driver reaches its miner. */
export interface TcpExchange {
  readonly host: string;
  readonly port: number;
  /** Sent in a single write: the servers read once and answer what they got. */
  readonly request: Uint8Array;
  /**
   * Whether the reply is whole. Called with everything received so far, each time more arrives;
   * it may remember how far it has looked, so it serves one exchange only.
   */
  isComplete(received: Uint8Array): boolean;
  /** For connecting, asking and answering together. */
  readonly deadlineMs: number;
  readonly replyBytesMax: number;
}

/**
 * Faults: `device.unreachable` before a connection stands, `device.silent` when the deadline finds
 * no whole reply, `device.closed` when the connection ends without a byte, `device.oversized`.
 * A reply that the miner ends by closing is a value, even if it looks cut: the decoder judges it.
 */
export type Exchange = (exchange: TcpExchange) => Promise<Result<Uint8Array>>;

/** One short line about one miner that outlives a restart of ours. */
export interface LinkMemory {
  recall(): string | undefined;
  remember(line: string): void;
}

/** What a driver needs to know of its miner: where it is, and how to get there. */
export interface MinerLink {
  readonly host: string;
  readonly port: number;
  readonly exchange: Exchange;
  /** For each exchange; a call of the driver that needs several takes that much several times. */
  readonly deadlineMs: number;
  readonly memory?: LinkMemory;
}
