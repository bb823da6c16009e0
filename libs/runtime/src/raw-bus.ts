import { matches, type Transport } from "@ballast/bus";
import { assert } from "@ballast/kernel";

/**
 * What a service may do on the site's broker outside our own topics, where devices speak in their
 * own tongue. The broker's access rules are made from it.
 */
export interface RawRights {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** The service's own connection to the site's broker, for addresses that are no topics of ours. */
export type RawBus = Omit<Transport, "close">;

const ours = "ballast/";

export function rawBus(transport: Transport, { reads, writes }: RawRights): RawBus {
  return {
    isConnected: () => transport.isConnected(),
    onConnection: (listen) => transport.onConnection(listen),
    onMessage: (listen) =>
      transport.onMessage((message) => {
        if (!message.address.startsWith(ours)) listen(message);
      }),
    publish: (message) => {
      const { address } = message;
      const isDeclared = writes.some((filter) => matches(filter, address));
      assert(isDeclared && !address.startsWith(ours), `${address} is not declared to be written`);
      return transport.publish(message);
    },
    subscribe: (filter, qos) => {
      const isDeclared = reads.some((declared) => matches(declared, filter));
      assert(isDeclared && !filter.startsWith(ours), `${filter} is not declared to be read`);
      return transport.subscribe(filter, qos);
    },
  };
}
