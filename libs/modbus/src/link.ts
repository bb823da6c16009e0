import type { Clock, Result } from "@ballast/kernel";

/** The two kinds of 16-bit registers: function codes 3 and 4. */
export type ModbusTable = "holding" | "input";

export interface ReadRequest {
  readonly table: ModbusTable;
  /** As it goes over the wire: counted from 0, without the 4xxxx or 3xxxx of manuals. */
  readonly address: number;
  readonly wordCount: number;
}

/** The protocol's own limit for one read. Many meters allow less. */
export const wordsPerReadMax = 125;

/**
 * One connection to one device. It can read and nothing else: some meters reset their counters
 * on an unguarded write, so there is no way to ask for one.
 */
export interface ModbusLink {
  /** One attempt. The next may start when this one has ended. */
  read(request: ReadRequest): Promise<Result<Uint16Array>>;
  /** False after any trouble but a proper exception reply; the link is then of no more use. */
  isOpen(): boolean;
  close(): Promise<void>;
}

export interface ModbusTarget {
  readonly host: string;
  readonly port: number;
  readonly unitId: number;
  readonly connectDeadlineMs: number;
  /** How long one reply may take. */
  readonly deadlineMs: number;
  readonly clock: Clock;
}

export type OpenModbus = (target: ModbusTarget) => Promise<Result<ModbusLink>>;
