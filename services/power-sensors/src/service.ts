import { powerSample, powerSensorStatus } from "@ballast/contracts";
import { openModbusTcp } from "@ballast/modbus";
import { defineService } from "@ballast/runtime";
import { PowerSensorsConfig } from "./config.ts";
import { openMqttFeed } from "./feeds.ts";
import { openIngest } from "./open-ingest.ts";
import { Reports } from "./reports.ts";

export const powerSensors = defineService({
  name: "power-sensors",
  summary: "Turns many kinds of sensors into one stream, and into the power that is available.",
  config: PowerSensorsConfig,
  publishes: [powerSample, powerSensorStatus],
  subscribes: [],
  // Sensors choose their own topics; a Venus device wants to be kept alive.
  rawRights: { reads: ["#"], writes: ["R/+/keepalive"] },
  ports: (system) => ({ openFeed: openMqttFeed(system), openModbus: openModbusTcp }),

  async start({
    config,
    site,
    clock,
    random,
    log,
    metrics,
    storage,
    alarms,
    rawBus,
    ports,
    publish,
  }) {
    // Retained messages come while topics are still being subscribed; the book keeps them.
    let reports: Reports | undefined;
    const ingest = await openIngest({
      config,
      siteId: site.id,
      rawBus,
      ...ports,
      clock,
      random,
      log,
      metrics,
      storage,
      onUpdate: (sensorId) => reports?.onUpdate(sensorId),
    });
    reports = new Reports({
      sensors: config.sensors,
      ingest,
      clock,
      alarms,
      onSample: (sensorId, sample) => void publish(powerSample, { sensorId }, sample),
      onStatus: (sensorId, status) => void publish(powerSensorStatus, { sensorId }, status),
    });
    return {
      stop: async () => {
        reports?.stop();
        await ingest.stop();
      },
    };
  },
});
