import type { Clock } from "@ballast/kernel";
import { type Exchange, tcpExchange } from "@ballast/miner-drivers";
import { openStatusCache, type StatusCache, type StatusCacheOptions } from "@ballast/status-cache";

/** How the controller reaches the world: real sockets on site, simulated ones in virtual time. */
export interface AsicControllerPorts {
  readonly exchange: Exchange;
  readonly openCache: (options: StatusCacheOptions) => StatusCache;
}

export const realPorts = ({ clock }: { readonly clock: Clock }): AsicControllerPorts => ({
  exchange: tcpExchange(clock),
  openCache: openStatusCache,
});
