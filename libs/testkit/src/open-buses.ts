import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  type Bus,
  memoryBroker,
  mqttTransport,
  openBus,
  startEmbeddedBroker,
  type Transport,
} from "@ballast/bus";
import type { ServiceName } from "@ballast/contracts";
import {
  assert,
  type Clock,
  realClock,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { type BusUnderTest, meterWill } from "./bus-contract.ts";

const random = seededRandom(1);

interface Wiring {
  readonly clock: Clock;
  readonly rejects: string[];
  readonly connect: (name: ServiceName) => Transport;
}

const busFor = ({ clock, rejects, connect }: Wiring, name: ServiceName): Bus =>
  openBus({
    as: name,
    transport: connect(name),
    clock,
    log: silentLog,
    metrics: silentMetrics,
    eventsGraceMs: 600,
    onReject: ({ direction, address }) => rejects.push(`${direction} ${address}`),
  });

export async function openMemory(): Promise<BusUnderTest> {
  const clock = virtualClock();
  const broker = memoryBroker({ clock, random });
  const rejects: string[] = [];
  const connect = (name: ServiceName): Transport =>
    broker.connect(name, name === "grid-meter" ? meterWill : undefined);
  const wiring = { clock, rejects, connect };
  const foreigner = broker.connect("foreigner");
  return {
    meter: busFor(wiring, "grid-meter"),
    controller: busFor(wiring, "load-controller"),
    tools: busFor(wiring, "site-tools"),
    rejects: () => rejects,
    foreign: async (address, text, retain = false) => {
      await foreigner.publish({ address, text, qos: 1, retain });
    },
    settle: () => clock.advance(10),
    settleEvents: () => clock.advance(1_000),
    restartBroker: async () => {
      broker.restart(100);
      await clock.advance(1_000);
    },
    cutMeter: async () => broker.cut("grid-meter"),
    close: async () => undefined,
  };
}

/** A broker process or object that can be started anew on the same port. */
interface RealBroker {
  readonly url: string;
  stop(): Promise<void>;
}

export async function openReal(
  start: (port: number) => Promise<RealBroker>,
): Promise<BusUnderTest> {
  const clock = realClock();
  const port = await freePort();
  let broker = await start(port);
  const rejects: string[] = [];
  const meterLine = await cuttableLine(port);
  const transports: Transport[] = [];
  const connect = (name: ServiceName): Transport => {
    const isMeter = name === "grid-meter";
    const transport = mqttTransport({
      url: isMeter ? meterLine.url : broker.url,
      clientId: name,
      will: isMeter ? meterWill : undefined,
      clock,
      random,
      log: silentLog,
    });
    transports.push(transport);
    return transport;
  };
  const wiring = { clock, rejects, connect };
  const meter = busFor(wiring, "grid-meter");
  const controller = busFor(wiring, "load-controller");
  const tools = busFor(wiring, "site-tools");
  const foreigner = connect("foreigner" as ServiceName);
  const allConnected = (): Promise<void> =>
    until(() => transports.every((transport) => transport.isConnected()));
  await allConnected();
  return {
    meter,
    controller,
    tools,
    rejects: () => rejects,
    foreign: async (address, text, retain = false) => {
      await foreigner.publish({ address, text, qos: 1, retain });
    },
    settle: () => clock.sleep(150),
    settleEvents: () => clock.sleep(1_000),
    restartBroker: async () => {
      await broker.stop();
      await until(() => transports.every((transport) => !transport.isConnected()));
      broker = await start(port);
      await allConnected();
    },
    cutMeter: async () => meterLine.cut(),
    close: async () => {
      await Promise.all(transports.map((transport) => transport.close()));
      await meterLine.close();
      await broker.stop();
    },
  };
}

export const openAedes = (): Promise<BusUnderTest> =>
  openReal(async (port) => {
    const started = await startEmbeddedBroker({ host: "127.0.0.1", port });
    assert(started.ok, "the embedded broker starts");
    return { url: started.value.url, stop: () => started.value.close() };
  });

/** The path of a program, or undefined where it is not installed. */
export function programOnPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export const openMosquitto = (program: string): Promise<BusUnderTest> =>
  openReal(async (port) => {
    const folder = mkdtempSync(join(tmpdir(), "ballast-mosquitto-"));
    const config = join(folder, "mosquitto.conf");
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    const child = spawn(program, ["-c", config], { stdio: "ignore" });
    await until(() => canConnect(port));
    return {
      url: `mqtt://127.0.0.1:${port}`,
      stop: async () => {
        await ended(child);
        rmSync(folder, { recursive: true });
      },
    };
  });

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    child.once("exit", () => done());
    child.kill();
  });

const untilTriesMax = 600;

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tryCount = 0; tryCount < untilTriesMax; tryCount += 1) {
    if (await holds()) return;
    await new Promise((next) => setTimeout(next, 25));
  }
  throw new Error("waited 15 s in vain");
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connectSocket(port, "127.0.0.1", () => {
      socket.destroy();
      answer(true);
    });
    socket.once("error", () => answer(false));
  });

export const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      assert(address !== null && typeof address === "object", "a bound server has a port");
      server.close(() => found(address.port));
    });
  });

/** A wire that can be cut: neither side says goodbye. */
async function cuttableLine(
  port: number,
): Promise<{ url: string; cut(): void; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connectSocket(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  const linePort = await freePort();
  await new Promise<void>((listening) => server.listen(linePort, "127.0.0.1", () => listening()));
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://127.0.0.1:${linePort}`,
    cut,
    close: () => {
      cut();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
