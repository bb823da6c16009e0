import type { Clock } from "@ballast/kernel";
import { type Exchange, tcpExchange } from "@ballast/miner-drivers";

/** How the controller reaches its miners: real sockets on site, simulated ones in virtual time. */
export interface AsicControllerPorts {
  readonly exchange: Exchange;
}

export const realPorts = ({ clock }: { readonly clock: Clock }): AsicControllerPorts => ({
  exchange: tcpExchange(clock),
});
