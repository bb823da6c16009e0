import { gridFrequency, gridReading, gridStatus, type SampleDoubt } from "@ballast/contracts";
import { openModbusTcp } from "@ballast/modbus";
import { type AlarmBoard, defineService } from "@ballast/runtime";
import { GridMeterConfig } from "./config.ts";
import { type MeterStatus, runMeter } from "./meter-loop.ts";

/** From the start, no meter counts as lost before it had this long to answer. */
const startGraceMs = 10_000;

export const gridMeter = defineService({
  name: "grid-meter",
  summary: "Reads the connection point and says how far it trusts the reading.",
  config: GridMeterConfig,
  publishes: [gridFrequency, gridReading, gridStatus],
  subscribes: [],
  ports: () => ({ openModbus: openModbusTcp }),

  async start({ config, site, clock, random, log, metrics, alarms, ports, publish }) {
    const graceEndsMonoMs = clock.monotonicMs() + startGraceMs;
    const cancels = config.meters.map((meter) => {
      const meterId = meter.id;
      return runMeter({
        meter,
        nominalHz: site.nominalHz,
        openModbus: ports.openModbus,
        clock,
        random: random.fork(meterId),
        log,
        metrics,
        onFrequency: (sample) => void publish(gridFrequency, { meterId }, sample),
        onReading: (reading) => void publish(gridReading, { meterId }, reading),
        onStatus: (status, doubt) => {
          void publish(gridStatus, { meterId }, status);
          if (status.state !== "lost" || clock.monotonicMs() >= graceEndsMonoMs) {
            setAlarms(alarms, meterId, status, doubt);
          }
        },
      });
    });
    return {
      stop: async () => {
        for (const cancel of cancels) cancel();
      },
    };
  },
});

/** A meter that nobody has confirmed steers nothing: nothing is lost when it is not trusted. */
function setAlarms(
  alarms: AlarmBoard,
  meterId: string,
  { state, reason, isCommissioned }: MeterStatus,
  doubt: SampleDoubt | undefined,
): void {
  alarms.set(!isCommissioned, "meter.not-commissioned", meterId, reason);
  alarms.set(state === "dead-bus", "meter.dead-bus", meterId, reason);
  alarms.set(doubt === "frozen", "meter.frozen", meterId, reason);
  alarms.set(isCommissioned && state === "degraded", "meter.degraded", meterId, reason);
  alarms.set(isCommissioned && state === "lost", "meter.lost", meterId, reason);
}
