import type { Cancel, Result } from "@ballast/kernel";

export interface Outgoing {
  readonly address: string;
  readonly text: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface Incoming {
  readonly address: string;
  readonly text: string;
  /** The broker kept it for us: it can be of any age. */
  readonly isRetained: boolean;
}

/**
 * One connection to one broker, below types and validation. It comes back by itself and then
 * knows its subscriptions again; what is published while it is away is refused.
 */
export interface Transport {
  isConnected(): boolean;
  onConnection(listen: (isConnected: boolean) => void): Cancel;
  onMessage(listen: (message: Incoming) => void): Cancel;
  publish(message: Outgoing): Promise<Result<void>>;
  subscribe(filter: string, qos: 0 | 1): Promise<Result<void>>;
  close(): Promise<void>;
}
