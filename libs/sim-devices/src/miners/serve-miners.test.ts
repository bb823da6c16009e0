import { createConnection, createServer, type Server } from "node:net";
import { realClock, seededRandom } from "@ballast/kernel";
import { minerDrivers, tcpExchange } from "@ballast/miner-drivers";
import { createPlant } from "@ballast/sim-plant";
import { expect, test } from "@jest/globals";
import type { ArrivedCommand } from "./miner-face.ts";
import { simulatedDriverIds } from "./open-face.ts";
import { type MinerServers, serveMiners } from "./serve-miners.ts";

const minerCount = 300;
const clock = realClock();

async function serveFleet(options: {
  port: number;
  onCommand?: (command: ArrivedCommand) => void;
}) {
  const plant = createPlant({
    seed: 1,
    scenario: { nominalHz: 50, grid: { kind: "script", steps: [{ kind: "hold", untilS: 7_200 }] } },
    miners: Array.from({ length: minerCount }, (_, index) => ({
      id: `miner-${index}`,
      ratedW: 3_500,
      ratedThs: 200,
      standbyW: 30,
      stopMs: 5_000,
      doesSleepSurviveReboot: false,
    })),
    startMonoMs: clock.monotonicMs(),
  });
  const ids = simulatedDriverIds;
  const miners = plant.miners.map((miner, index) => ({
    miner,
    driverId: ids[index % ids.length] ?? "luxos",
  }));
  const servers = await serveMiners({ miners, clock, random: seededRandom(1), ...options });
  return { plant, miners, servers };
}

const connectTo = (servers: MinerServers, deadlineMs = 10_000) =>
  servers.addresses.map(({ host, port }, index) => {
    const id = simulatedDriverIds[index % simulatedDriverIds.length];
    const driver = minerDrivers.find((one) => one.id === id) ?? minerDrivers[0];
    return driver.connect({ host, port, exchange: tcpExchange(clock), deadlineMs });
  });

test("a fleet goes to sleep at once, each miner told once and at its own address", async () => {
  const commands: ArrivedCommand[] = [];
  const { plant, servers } = await serveFleet({ port: 0, onCommand: (one) => commands.push(one) });
  if (!servers.ok) throw new Error(servers.fault.detail);
  try {
    const places = new Set(servers.value.addresses.map(({ host, port }) => `${host}:${port}`));
    expect(places.size).toBe(minerCount);
    for (const { host } of servers.value.addresses) expect(host).toMatch(/^127\./);

    const beforeMonoMs = clock.monotonicMs();
    const outcomes = await Promise.all(connectTo(servers.value).map((miner) => miner.sleep()));
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(new Set(commands.map(({ minerId }) => minerId)).size).toBe(minerCount);
    expect(commands).toHaveLength(minerCount);
    for (const { kind, monoMs } of commands) {
      expect(kind).toBe("sleep");
      expect(monoMs).toBeGreaterThan(beforeMonoMs);
    }
    const now = clock.monotonicMs();
    for (const miner of plant.miners) expect(miner.stateAt(now).mode).not.toBe("hashing");
  } finally {
    await servers.value.close();
  }
});

test("a client that connects and says nothing keeps the next one waiting", async () => {
  const { servers } = await serveFleet({ port: 0 });
  if (!servers.ok) throw new Error(servers.fault.detail);
  const [address] = servers.value.addresses;
  const idler = createConnection({ host: address?.host ?? "", port: address?.port ?? 0 });
  await new Promise((done) => idler.once("connect", done));
  const [patient] = connectTo(servers.value, 10_000);
  const [hasty] = connectTo(servers.value, 100);
  expect(await hasty?.read()).toMatchObject({ fault: { code: "device.silent" } });
  const reading = patient?.read();
  idler.destroy();
  expect(await reading).toMatchObject({ ok: true });
  await servers.value.close();
});

test("once closed, nobody is there", async () => {
  const { servers } = await serveFleet({ port: 0 });
  if (!servers.ok) throw new Error(servers.fault.detail);
  await servers.value.close();
  const [first] = connectTo(servers.value);
  expect(await first?.read()).toMatchObject({ fault: { code: "device.unreachable" } });
});

test("an address in use is said, and nothing stays open", async () => {
  // Both places of the sixth miner are taken: its own address, and the shared one.
  const sharedPort = await portOf(createServer().listen(0, "127.0.0.1"), "stays");
  const port = sharedPort - 5;
  await portOf(createServer().listen(port, "127.1.0.6"), "stays");
  const { servers } = await serveFleet({ port });
  expect(servers).toMatchObject({ ok: false, fault: { code: "device.unreachable" } });
  expect(await portOf(createServer().listen(port, "127.1.0.1"), "closes")).toBe(port);
});

/** Where the server listens; one that stays does not keep the tests from ending. */
const portOf = (server: Server, fate: "stays" | "closes"): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      if (fate === "closes") server.close(() => resolve(port));
      else {
        server.unref();
        resolve(port);
      }
    });
  });
