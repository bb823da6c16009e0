import { connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import { type Bus, memoryBroker, mqttTransport, openBus, type Transport } from "@ballast/bus";
import type { ServiceName } from "@ballast/contracts";
import {
  type Clock,
  realClock,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { type BusUnderTest, meterWill } from "./bus-contract.ts";
import { freePort, type RealServer, startAedes, startMosquitto, until } from "./servers/index.ts";

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

async function openReal(start: () => Promise<RealServer>): Promise<BusUnderTest> {
  const clock = realClock();
  const broker = await start();
  const rejects: string[] = [];
  const meterLine = await cuttableLine(broker.port);
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
      await broker.start();
      await allConnected();
    },
    cutMeter: async () => meterLine.cut(),
    close: async () => {
      await Promise.all(transports.map((transport) => transport.close()));
      await meterLine.close();
      await broker.close();
    },
  };
}

export const openAedes = (): Promise<BusUnderTest> => openReal(startAedes);
export const openMosquitto = (): Promise<BusUnderTest> => openReal(startMosquitto);

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
