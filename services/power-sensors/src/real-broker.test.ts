import { connect as connectSocket, type Socket } from "node:net";
import { type MqttOptions, mqttTransport, startEmbeddedBroker } from "@ballast/bus";
import { filterOf, powerSample, powerSensorStatus } from "@ballast/contracts";
import {
  assert,
  memoryStorage,
  realClock,
  seededRandom,
  silentLog,
  silentMetrics,
} from "@ballast/kernel";
import { launch } from "@ballast/runtime";
import { expect, test } from "@jest/globals";
import { PowerSensorsConfig } from "./config.ts";
import { powerSensors } from "./service.ts";

const clock = realClock();
const local = { host: "127.0.0.1", port: 0 };

/** Waits for what a real broker brings in its own time. */
async function until(holds: () => boolean): Promise<void> {
  for (let tryCount = 0; tryCount < 500; tryCount += 1) {
    if (holds()) return;
    await clock.sleep(10);
  }
  assert(holds(), "what the test waits for comes within five seconds");
}

/** A device that is on the broker with a will, and dies when its socket does. */
async function openMortal(url: string, willTopic: string, willText: string): Promise<Socket> {
  const field = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
  const cleanWithRetainedWill = 0x2e;
  const body = Buffer.concat([
    field("MQTT"),
    Buffer.from([4, cleanWithRetainedWill, 0, 60]),
    ...["mortal", willTopic, willText].map(field),
  ]);
  const socket = connectSocket(Number(new URL(url).port), "127.0.0.1");
  const answered = new Promise((resolve) => socket.once("data", resolve));
  socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]));
  await answered;
  return socket;
}

test("Tasmota here, Shelly on another broker, and the will of one that dies", async () => {
  const [own, foreign] = [await startEmbeddedBroker(local), await startEmbeddedBroker(local)];
  assert(own.ok && foreign.ok, "both brokers listen");
  const random = seededRandom(1);
  const connect = (url: string, clientId: string, will?: MqttOptions["will"]) =>
    mqttTransport({ url, clientId, will, clock, random, log: silentLog });
  const heard = new Map<string, Record<string, unknown>>();
  const ear = connect(own.value.url, "ear");
  ear.onMessage(({ address, text }) => heard.set(address, JSON.parse(text)));
  for (const topic of [powerSample, powerSensorStatus]) await ear.subscribe(filterOf(topic), 1);
  const early = connect(own.value.url, "early");
  await until(() => early.isConnected());
  const kept = { address: "tele/kept/SENSOR", text: JSON.stringify({ ENERGY: { Power: 7_000 } }) };
  await early.publish({ ...kept, qos: 1, retain: true });
  const launched = await launch(powerSensors, {
    config: PowerSensorsConfig.parse({
      brokers: [{ id: "shed", url: foreign.value.url }],
      sensors: [
        { id: "rack", kind: "tasmota-energy", role: "other", settings: { topic: "rack" } },
        { id: "kept", kind: "tasmota-energy", role: "other", settings: { topic: "kept" } },
        {
          id: "poc",
          kind: "shelly-gen2",
          role: "site",
          broker: "shed",
          settings: { prefix: "poc" },
        },
      ],
    }),
    site: { id: "test", name: "Test", nominalHz: 50 },
    clock,
    random,
    log: silentLog,
    metrics: silentMetrics,
    storage: memoryStorage(),
    connect: (name, will) => connect(own.value.url, name, will),
    busWaitMs: 5_000,
    version: "test",
  });
  const mortal = await openMortal(own.value.url, "tele/rack/LWT", "Offline");
  const rack = connect(own.value.url, "rack");
  const shelly = connect(foreign.value.url, "shelly");
  await until(() => rack.isConnected() && shelly.isConnected());
  const say = (who: typeof rack, address: string, text: string) =>
    who.publish({ address, text, qos: 1, retain: false });
  const wordOf = (address: string, name: string) =>
    heard.get(`ballast/v1/power/${address}`)?.[name];
  await until(() => wordOf("kept/sample", "doubt") === "retained");
  await until(() => wordOf("poc/status", "state") === "lost");
  const status = { id: 0, total_act_power: 500_000 };
  const params = { ts: null, "em:0": status };
  // A subscription on the foreign broker takes its own time.
  for (let tryCount = 0; tryCount < 100 && wordOf("poc/sample", "powerKw") !== 500; tryCount += 1) {
    await say(shelly, "poc/events/rpc", JSON.stringify({ method: "NotifyStatus", params }));
    await say(rack, "tele/rack/SENSOR", JSON.stringify({ ENERGY: { Power: 60_000 } }));
    await clock.sleep(50);
  }
  expect(wordOf("poc/sample", "powerKw")).toBe(500);
  await until(() => wordOf("rack/sample", "powerKw") === 60);
  mortal.destroy(); // Not a word of goodbye: the broker speaks for it.
  await until(() => wordOf("rack/status", "state") === "lost");
  expect(wordOf("rack/status", "reason")).toContain("offline");
  expect(wordOf("poc/status", "state")).toBe("good");
  await launched.stop();
  for (const transport of [early, ear, shelly, rack]) await transport.close();
  await own.value.close();
  await foreign.value.close();
});
