import {
  feederCommands,
  feederProof,
  fleetStatus,
  powerSample,
  powerSensorStatus,
  powerSupply,
} from "@ballast/contracts";
import { openModbusTcp } from "@ballast/modbus";
import { defineService } from "@ballast/runtime";
import { PowerSensorsConfig } from "./config.ts";
import { openMqttFeed } from "./feeds.ts";
import { FleetWords } from "./fleet-words.ts";
import { openIngest } from "./open-ingest.ts";
import { openSupply } from "./open-supply.ts";
import { Reports } from "./reports.ts";
import { sensorWords } from "./sensor-words.ts";
import { supplyLaw } from "./supply-config.ts";

export const powerSensors = defineService({
  name: "power-sensors",
  summary: "Turns many kinds of sensors into one stream, and into the power that is available.",
  config: PowerSensorsConfig,
  publishes: [powerSample, powerSensorStatus, powerSupply, feederProof],
  subscribes: [fleetStatus, feederCommands],
  // Sensors choose their own topics; a Venus device wants to be kept alive.
  rawRights: { reads: ["#"], writes: ["R/+/keepalive"] },
  ports: (system) => ({ openFeed: openMqttFeed(system), openModbus: openModbusTcp }),

  async start(context) {
    const { config, site, clock, alarms, rawBus, ports, publish } = context;
    const { random, log, metrics, storage } = context;
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
    const fleets = new FleetWords(clock);
    await context.subscribe(fleetStatus, (message) => fleets.onFleet(message));
    await context.subscribe(feederCommands, (message) => fleets.onOrders(message));
    const { sensors, supply, balance, proof } = config;
    const stopSupply = openSupply({
      law: supply && supplyLaw(supply, sensors),
      sensors,
      balance,
      proof,
      otherKw: supply?.otherKw,
      words: () => sensorWords(ingest.book, clock.monotonicMs()),
      fleets,
      clock,
      log,
      metrics,
      alarms,
      onSupply: (payload) => void publish(powerSupply, {}, payload),
      onProof: (feederId, payload) => void publish(feederProof, { feederId }, payload),
    });
    return {
      stop: async () => {
        stopSupply();
        reports?.stop();
        await ingest.stop();
      },
    };
  },
});
