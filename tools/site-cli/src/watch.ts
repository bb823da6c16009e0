import type { Transport } from "@ballast/bus";
import { allTopics } from "@ballast/contracts";
import type { Cancel, Clock } from "@ballast/kernel";
import { decode } from "./decode.ts";
import { isWanted } from "./filter.ts";
import { jsonLineOf, lineOf } from "./line.ts";

export interface WatchOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly filter: string | undefined;
  readonly isJson: boolean;
  /** Lines about messages. */
  print(line: string): void;
  /** Lines about the connection. */
  tell(line: string): void;
}

/** How long a broker may take before we say that there is none. */
export const brokerWaitMs = 3_000;

/** Follows the bus. False when no broker answered in time. */
export async function watch(options: WatchOptions): Promise<boolean> {
  const { transport, clock, filter, isJson, print, tell } = options;
  transport.onMessage(({ address, text, isRetained }) => {
    if (!isWanted(filter, address)) return;
    const receivedAtMs = clock.wallMs();
    const decoded = decode(allTopics, address, text, receivedAtMs);
    print((isJson ? jsonLineOf : lineOf)({ receivedAtMs, address, text, isRetained, decoded }));
  });
  await transport.subscribe("ballast/v1/#", 0);
  if (!(await isConnectedSoon(transport, clock))) return false;
  transport.onConnection((isConnected) => {
    tell(isConnected ? "The broker is back." : "The broker is gone; waiting for it.");
  });
  return true;
}

/** False when no broker answered in time. */
export function isConnectedSoon(transport: Transport, clock: Clock): Promise<boolean> {
  if (transport.isConnected()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const cancels: Cancel[] = [];
    const end = (isConnected: boolean): void => {
      for (const cancel of cancels) cancel();
      resolve(isConnected);
    };
    cancels.push(
      clock.after(brokerWaitMs, "broker-wait", () => end(false)),
      transport.onConnection((isConnected) => {
        if (isConnected) end(true);
      }),
    );
  });
}
