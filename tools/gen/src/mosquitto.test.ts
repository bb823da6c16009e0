import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Incoming, mqttTransport, type Transport } from "@ballast/bus";
import { allTopics, serviceNames } from "@ballast/contracts";
import { realClock, seededRandom, silentLog } from "@ballast/kernel";
import { repositoryRoot } from "@ballast/structure";
import { freePort, programOnPath } from "@ballast/testkit/servers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { brokerAcl } from "./broker-acl.ts";
import { services } from "./services.ts";

const frequency = "ballast/v1/grid/poc/frequency";
const target = "ballast/v1/load/target";
const meterStatus = "ballast/v1/services/grid-meter/status";

const clock = realClock();
const password = "only-for-this-test";

const connectTriesMax = 200;

/** The very files of a site, with its folders and its port put in their place. */
async function startMosquitto(program: string) {
  const folder = mkdtempSync(join(tmpdir(), "ballast-acl-"));
  const port = await freePort();
  const settings = readFileSync(join(repositoryRoot, "mosquitto/mosquitto.conf"), "utf8")
    .replace("listener 1883", `listener ${port} 127.0.0.1`)
    .replaceAll(/\/mosquitto\/(?:config|data)/g, folder);
  writeFileSync(join(folder, "mosquitto.conf"), `${settings}\nuser root\n`);
  writeFileSync(join(folder, "acl"), brokerAcl(serviceNames, allTopics, services));
  writeFileSync(
    join(folder, "passwords"),
    [...serviceNames, "sensors"].map((name) => `${name}:${password}\n`).join(""),
  );
  execFileSync("mosquitto_passwd", ["-U", join(folder, "passwords")]);
  const child = spawn(program, ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" });
  return { folder, child, url: `mqtt://127.0.0.1:${port}` };
}

const program = programOnPath("mosquitto");
// Without the program the rules are only compared, in `pages.test.ts`; the run says so.
const describeOnMosquitto = program === undefined ? () => undefined : describe;

describeOnMosquitto("Mosquitto with the files of a site", () => {
  let broker: { folder: string; child: ChildProcess; url: string };
  const clients = new Map<string, Transport>();
  const heard = new Map<string, Incoming[]>();

  const connect = (username: string, password: string): Transport =>
    mqttTransport({
      url: broker.url,
      clientId: `${username}-${password.length}`,
      credentials: { username, password },
      clock,
      random: seededRandom(1),
      log: silentLog,
    });
  const say = async (user: string, address: string): Promise<void> => {
    await clients.get(user)?.publish({ address, text: user, qos: 1, retain: false });
  };
  const textsAt = (reader: string): readonly string[] =>
    (heard.get(reader) ?? []).map(({ address, text }) => `${text}: ${address}`);

  beforeAll(async () => {
    broker = await startMosquitto(program ?? "");
    for (const name of serviceNames) {
      const client = connect(name, password);
      clients.set(name, client);
      heard.set(name, []);
      client.onMessage((message) => heard.get(name)?.push(message));
      await client.subscribe("ballast/v1/#", 1);
    }
    for (let tryCount = 0; tryCount < connectTriesMax; tryCount += 1) {
      if ([...clients.values()].every((client) => client.isConnected())) break;
      await clock.sleep(50);
    }
    await clock.sleep(200); // For the subscriptions to be in force.
  }, 20_000);

  afterAll(async () => {
    for (const client of clients.values()) await client.close();
    await new Promise((done) => {
      broker.child.once("exit", done);
      broker.child.kill();
    });
    rmSync(broker.folder, { recursive: true });
  });

  test("lets every service in by its name", () => {
    for (const [name, client] of clients)
      expect([name, client.isConnected()]).toEqual([name, true]);
  });

  test("lets nobody in with a wrong password", async () => {
    const stranger = connect("grid-meter", "wrong");
    await clock.sleep(500);
    expect(stranger.isConnected()).toBe(false);
    await stranger.close();
  });

  test("passes on what a writer says to those who read it, and to nobody else", async () => {
    await say("grid-meter", frequency);
    await say("load-controller", target);
    await clock.sleep(300);
    expect(textsAt("load-controller")).toContain(`grid-meter: ${frequency}`);
    expect(textsAt("asic-controller")).toContain(`load-controller: ${target}`);
    expect(textsAt("asic-controller")).not.toContain(`grid-meter: ${frequency}`);
    expect(textsAt("site-tools")).toContain(`grid-meter: ${frequency}`);
  });

  test("keeps a topic to its writers, and a name to its service", async () => {
    await say("load-controller", frequency);
    await say("site-tools", target);
    await say("asic-controller", meterStatus);
    await say("grid-meter", meterStatus);
    await clock.sleep(300);
    expect(textsAt("site-tools")).not.toContain(`load-controller: ${frequency}`);
    expect(textsAt("site-tools")).not.toContain(`site-tools: ${target}`);
    expect(textsAt("site-tools")).not.toContain(`asic-controller: ${meterStatus}`);
    expect(textsAt("site-tools")).toContain(`grid-meter: ${meterStatus}`);
  });

  test("lets sensors speak in their own topics to who reads them, and in none of ours", async () => {
    const sensor = connect("sensors", password);
    clients.set("sensors", sensor);
    await clients.get("power-sensors")?.subscribe("tele/pdu1/SENSOR", 1);
    await clients.get("load-controller")?.subscribe("tele/pdu1/SENSOR", 1);
    await clock.sleep(500);
    await say("sensors", frequency);
    await say("sensors", "tele/pdu1/SENSOR");
    await clock.sleep(300);
    expect(textsAt("site-tools")).not.toContain(`sensors: ${frequency}`);
    expect(textsAt("power-sensors")).toContain("sensors: tele/pdu1/SENSOR");
    expect(textsAt("load-controller")).not.toContain("sensors: tele/pdu1/SENSOR");
  });
});
