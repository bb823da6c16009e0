import { mqttTransport, openBus } from "@ballast/bus";
import { fleetStatus, loadTarget, type PayloadOf } from "@ballast/contracts";
import { type Clock, seededRandom, silentLog, silentMetrics } from "@ballast/kernel";

/** The latest word on the bus of a site in another process; old ones stay until the next. */
export interface FleetView {
  readonly fleet: PayloadOf<typeof fleetStatus> | undefined;
  readonly target: PayloadOf<typeof loadTarget> | undefined;
  close(): Promise<void>;
}

export async function followFleet(url: string, clock: Clock): Promise<FleetView> {
  const bus = openBus({
    as: "site-tools",
    transport: mqttTransport({
      url,
      clientId: "ballast-bench",
      clock,
      random: seededRandom(1),
      log: silentLog,
    }),
    clock,
    log: silentLog,
    metrics: silentMetrics,
  });
  const view = {
    fleet: undefined as FleetView["fleet"],
    target: undefined as FleetView["target"],
    close: () => bus.close(),
  };
  await bus.subscribe(fleetStatus, ({ payload }) => {
    view.fleet = payload;
  });
  await bus.subscribe(loadTarget, ({ payload }) => {
    view.target = payload;
  });
  return view;
}
