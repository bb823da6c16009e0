import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EmbeddedBroker, mqttTransport, startEmbeddedBroker } from "@ballast/bus";
import { minerCycle } from "@ballast/contracts";
import { postgresStore } from "@ballast/history";
import {
  assert,
  memoryStorage,
  realClock,
  seededRandom,
  silentLog,
  silentMetrics,
} from "@ballast/kernel";
import { defineService, type Launched, launch, type ServiceDefinition } from "@ballast/runtime";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import * as z from "zod";
import { until } from "../servers/index.ts";
import { type CuttingProxy, openCuttingProxy } from "./cutting-proxy.ts";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

const program = fileURLToPath(
  new URL("../../../../services/historian/dist/main.js", import.meta.url),
);
/** Real servers and processes take the time they take. */
const patienceMs = 60_000;
const cycleCount = 1_200;
const perTurnCount = 20;
const turnMs = 50;
const clock = realClock();
const folder = mkdtempSync(join(tmpdir(), "ballast-historian-"));

let postgres: TestPostgres;
let proxy: CuttingProxy;
let broker: EmbeddedBroker;
let url: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  postgres = await openTestPostgres();
  proxy = await openCuttingProxy(() => postgres.port());
  url = await postgres.freshDatabase(proxy.port);
  const started = await startEmbeddedBroker({ host: "127.0.0.1", port: 0 });
  assert(started.ok, "the broker starts");
  broker = started.value;
  const site = {
    site: { id: "test", name: "Test" },
    bus: { url: broker.url },
    storage: { folder: "data" },
    http: { port: 0 },
    historian: { shipPeriodMs: 50, batchMaxCount: 100 },
  };
  writeFileSync(join(folder, "site.yaml"), stringify(site));
});

afterAll(async () => {
  child?.kill("SIGKILL");
  await broker.close();
  await proxy.close();
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As on site: a program of its own, which reads the database's address from its environment. */
function startHistorian(): void {
  child = spawn(process.execPath, [program, "--site", join(folder, "site.yaml")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, POSTGRES_URL: url },
  });
}

async function killHistorian(): Promise<void> {
  assert(child !== undefined, "it runs");
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

interface Controller {
  readonly launched: Launched;
  keep(index: number): Promise<unknown>;
}

async function startController(): Promise<Controller> {
  let keep: Controller["keep"] | undefined;
  const definition = defineService({
    name: "asic-controller",
    summary: "Tells of cycles.",
    config: z.object({}),
    publishes: [minerCycle],
    subscribes: [],
    keeps: [{ topic: minerCycle, whenFull: "all-stays" }],
    ports: () => undefined,
    start: async (context) => {
      keep = (index) => {
        const minerId = `m${index % 160}`;
        const cyclesCount = Math.floor(index / 160) + 1;
        const cycleId = `c-${index}`;
        const atMs = clock.wallMs();
        return context.keep(
          minerCycle,
          { minerId },
          { atMs, cycleId, minerId, kind: "off", cyclesCount, reason: "shed" },
          cycleId,
        );
      };
      return { stop: async () => undefined };
    },
  });
  const launched = await launch(definition as unknown as ServiceDefinition, {
    config: {},
    site: { id: "test", name: "Test", nominalHz: 50 },
    clock,
    random: seededRandom(1),
    log: silentLog,
    metrics: silentMetrics,
    storage: memoryStorage(),
    connect: (name, will) =>
      mqttTransport({
        url: broker.url,
        clientId: name,
        will,
        clock,
        random: seededRandom(2),
        log: silentLog,
      }),
    busWaitMs: 5_000,
    version: "test",
  });
  assert(keep !== undefined, "it has started");
  return { launched, keep };
}

/** What happens when so many cycles have been told. */
const troubles: Readonly<Record<number, () => Promise<void> | void>> = {
  200: () => proxy.cutAfterNextCommit(),
  300: killHistorian,
  340: startHistorian,
  460: () => postgres.stop(),
  560: killHistorian,
  600: startHistorian,
  700: () => postgres.start(),
  800: () => proxy.cutAfterNextCommit(),
  900: killHistorian,
  920: startHistorian,
  1000: () => proxy.setAway(true),
  1100: () => proxy.setAway(false),
};

test("killed, cut off and without its database, the history has every cycle once", async () => {
  startHistorian();
  const { keep, launched } = await startController();
  for (let index = 0; index < cycleCount; index += 1) {
    if (index % perTurnCount === 0) {
      await clock.sleep(turnMs);
      await troubles[index]?.();
    }
    void keep(index);
  }
  const store = postgresStore({ url });
  let ids: readonly string[] = [];
  await until(async () => {
    const read = await store.read("cycle", { countMax: 10 * cycleCount });
    ids = read.ok ? read.value.map(({ id }) => id) : [];
    return ids.length >= cycleCount;
  }, patienceMs);
  await store.close();
  await launched.stop();
  expect([...ids].sort()).toEqual(
    Array.from({ length: cycleCount }, (_, index) => `c-${index}`).sort(),
  );
  assert(child !== undefined, "it runs");
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  expect(await gone).toEqual([0, null]);
});
