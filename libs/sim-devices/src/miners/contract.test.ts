import {
  assertDefined,
  type Clock,
  type Result,
  realClock,
  seededRandom,
  virtualClock,
} from "@ballast/kernel";
import { type MinerConnection, minerDrivers, tcpExchange } from "@ballast/miner-drivers";
import {
  createPlant,
  type MinerSpec,
  type Misbehaviour,
  type Plant,
  type Scenario,
  type SimulatedMiner,
} from "@ballast/sim-plant";
import { describe, expect, test } from "@jest/globals";
import type { ArrivedCommand } from "./miner-face.ts";
import { openFace, type SimulatedDriverId, simulatedDriverIds } from "./open-face.ts";
import { serveMiners } from "./serve-miners.ts";
import { virtualExchange } from "./virtual-exchange.ts";

/** One miner, the driver's connection to it, and time. */
interface Rig {
  readonly connection: MinerConnection;
  readonly miner: SimulatedMiner;
  readonly commands: readonly ArrivedCommand[];
  readonly clock: Clock;
  /** Lets this much of the miner's time pass. */
  pass(durationMs: number): Promise<void>;
  close(): Promise<void>;
}

interface Circumstances {
  readonly initialMode?: "hashing" | "sleeping";
  readonly misbehaviour?: Misbehaviour;
  readonly grid?: Scenario["grid"];
}

const calm: Scenario["grid"] = { kind: "script", steps: [{ kind: "hold", untilS: 7_200 }] };
const deadBus: Scenario["grid"] = {
  kind: "script",
  steps: [{ kind: "dead-bus", untilS: 7_200, voltageRatio: 0.001, readingToHz: 49 }],
};

const ratedW = 3_250;
const ratedThs = 130;

const specOf = ({ initialMode, misbehaviour }: Circumstances): MinerSpec => ({
  id: "miner-7",
  ratedW,
  ratedThs,
  standbyW: 30,
  stopMs: 5_000,
  bootMs: { minMs: 50_000, maxMs: 60_000 },
  rampMs: { minMs: 5_000, maxMs: 10_000 },
  doesSleepSurviveReboot: true,
  ...(initialMode && { initialMode }),
  ...(misbehaviour && { misbehaviour }),
});

const plantOf = (circumstances: Circumstances, startMonoMs: number): Plant =>
  createPlant({
    seed: 5,
    scenario: { nominalHz: 50, grid: circumstances.grid ?? calm },
    miners: [specOf(circumstances)],
    startMonoMs,
  });

type Open = (driverId: SimulatedDriverId, circumstances?: Circumstances) => Promise<Rig>;

const openVirtual: Open = async (driverId, circumstances = {}) => {
  const clock = virtualClock();
  const miner = onlyMinerOf(plantOf(circumstances, clock.monotonicMs()));
  const commands: ArrivedCommand[] = [];
  const random = seededRandom(11);
  const network = virtualExchange({ clock, random });
  const address = { host: "10.0.0.7", port: 4_028 };
  const onCommand = (command: ArrivedCommand) => commands.push(command);
  network.attach(address, openFace(driverId, { miner, random, onCommand }));
  const link = { ...address, exchange: network.exchange, deadlineMs: 5_000 };
  return {
    connection: throughTime(driverOf(driverId).connect(link), (ms) => clock.advance(ms)),
    miner,
    commands,
    clock,
    pass: (durationMs) => clock.advance(durationMs),
    close: async () => undefined,
  };
};

/** The miner lives a hundred times faster than its network. */
const openSockets: Open = async (driverId, circumstances = {}) => {
  const network = realClock();
  const clock = { ...network, monotonicMs: realClock(100).monotonicMs };
  const miner = onlyMinerOf(plantOf(circumstances, clock.monotonicMs()));
  const commands: ArrivedCommand[] = [];
  const servers = await serveMiners({
    miners: [{ miner, driverId }],
    clock,
    random: seededRandom(11),
    port: 0,
    replyPiecesMax: 3,
    onCommand: (command) => commands.push(command),
  });
  if (!servers.ok) throw new Error(servers.fault.detail);
  const address = assertDefined(servers.value.addresses[0], "the miner is served");
  const isMute = circumstances.misbehaviour === "deaf" || circumstances.misbehaviour === "hung";
  const connection = driverOf(driverId).connect({
    ...address,
    exchange: tcpExchange(network),
    deadlineMs: isMute ? 200 : 5_000,
  });
  const pass = (durationMs: number) => network.sleep(durationMs / 100);
  return { connection, miner, commands, clock, pass, close: servers.value.close };
};

const driverOf = (driverId: SimulatedDriverId) =>
  assertDefined(
    minerDrivers.find(({ id }) => id === driverId),
    "the driver exists",
  );

const onlyMinerOf = (plant: Plant): SimulatedMiner =>
  assertDefined(plant.miners[0], "the plant has a miner");

/** In virtual time a call needs somebody who moves the clock while it waits. */
function throughTime(
  connection: MinerConnection,
  advance: (durationMs: number) => Promise<void>,
): MinerConnection {
  const settle = async <Value>(call: Promise<Value>): Promise<Value> => {
    let isSettled = false;
    const done = call.finally(() => {
      isSettled = true;
    });
    while (!isSettled) await advance(10);
    return done;
  };
  const { keepWarm } = connection;
  return {
    identify: () => settle(connection.identify()),
    read: () => settle(connection.read()),
    sleep: () => settle(connection.sleep()),
    wake: () => settle(connection.wake()),
    ...(keepWarm && { keepWarm: () => settle(keepWarm()) }),
  };
}

const modeOf = async ({ connection }: Rig): Promise<string> => {
  const reading = await connection.read();
  return reading.ok ? reading.value.mode : reading.fault.code;
};

const codeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.fault.code);

const pollsMax = 300;

/** Reads once a second until the miner is in this mode, and says in which one it ended up. */
async function modeWithin(rig: Rig, wanted: string): Promise<string> {
  for (let poll = 1; poll < pollsMax; poll += 1) {
    if ((await modeOf(rig)) === wanted) return wanted;
    await rig.pass(1_000);
  }
  return modeOf(rig);
}

function minerContract(network: string, open: Open): void {
  const given = async (
    driverId: SimulatedDriverId,
    circumstances: Circumstances,
    check: (rig: Rig) => Promise<void>,
  ): Promise<void> => {
    const rig = await open(driverId, circumstances);
    await check(rig).finally(() => rig.close());
  };

  describe.each(simulatedDriverIds.map((id) => ({ id })))(`$id, ${network}`, ({ id }) => {
    test("says who it is", () =>
      given(id, {}, async ({ connection }) => {
        expect(await connection.identify()).toMatchObject({ ok: true, value: { firmware: id } });
      }));

    test("reads what the plant knows, while it hashes", () =>
      given(id, {}, async (rig) => {
        const reading = await rig.connection.read();
        const state = rig.miner.stateAt(rig.clock.monotonicMs());
        const { value } = assertOk(reading);
        expect(value).toMatchObject({ mode: "hashing", hashrateWindow: "5s", faults: [] });
        expect(value.hashrateThs).toBeGreaterThan(0.8 * ratedThs);
        expect(value.hashrateThs).toBeLessThan(1.2 * ratedThs);
        expect(value.pools).toMatchObject([{ status: "alive", isActive: true }]);
        expect(value.boardTemperaturesC).toHaveLength(3);
        for (const boardC of value.boardTemperaturesC) {
          expect(Math.abs(boardC - state.boardC)).toBeLessThan(3);
        }
        expect(value.powerSource === "unknown").toBe(value.powerW === undefined);
        const powerRatio = (value.powerW ?? state.powerW) / state.powerW;
        expect(powerRatio).toBeGreaterThan(0.9);
        expect(powerRatio).toBeLessThan(1.1);
      }));

    test("goes to sleep, and comes back through starting", () =>
      given(id, {}, async (rig) => {
        const beforeMonoMs = rig.clock.monotonicMs();
        expect(codeOf(await rig.connection.sleep())).toBe("ok");
        const heardMonoMs = rig.commands[0]?.monoMs;
        expect(heardMonoMs).toBeGreaterThan(beforeMonoMs);
        expect(heardMonoMs).toBeLessThanOrEqual(rig.clock.monotonicMs());
        expect(await modeWithin(rig, "sleeping")).toBe("sleeping");
        expect(rig.miner.stateAt(rig.clock.monotonicMs()).powerW).toBeLessThan(0.2 * ratedW);

        expect(codeOf(await rig.connection.wake())).toBe("ok");
        expect(await modeWithin(rig, "starting")).toBe("starting");
        expect(await modeWithin(rig, "hashing")).toBe("hashing");
        expect(rig.commands.map(({ kind }) => kind)).toEqual(["sleep", "wake"]);
      }));

    test("both orders may be repeated", () =>
      given(id, {}, async (rig) => {
        for (const order of ["sleep", "sleep", "wake", "wake"] as const) {
          expect(codeOf(await rig.connection[order]())).toBe("ok");
        }
        expect(rig.commands.at(-1)?.kind).toBe("wake");
        await rig.pass(10_000);
        expect(["starting", "hashing"]).toContain(rig.miner.stateAt(rig.clock.monotonicMs()).mode);
      }));

    test("is found sleeping by one who did not send it there, and woken", () =>
      given(id, { initialMode: "sleeping" }, async (rig) => {
        expect(await modeOf(rig)).toBe("sleeping");
        expect(codeOf(await rig.connection.wake())).toBe("ok");
        expect(await modeWithin(rig, "starting")).toBe("starting");
      }));

    test("a liar acknowledges; its readings do not", () =>
      given(id, { misbehaviour: "lying" }, async (rig) => {
        expect(codeOf(await rig.connection.sleep())).toBe("ok");
        await rig.pass(60_000);
        expect(await modeOf(rig)).toBe("hashing");
      }));

    test("two who ask at once are both served", () =>
      given(id, {}, async ({ connection }) => {
        const both = await Promise.all([connection.read(), connection.read()]);
        expect(both.map(codeOf)).toEqual(["ok", "ok"]);
      }));

    test.each<[Misbehaviour, readonly string[]]>([
      ["deaf", ["device.unreachable", "device.silent"]],
      ["hung", ["device.silent"]],
      ["garbling", ["device.garbled"]],
      ["truncating", ["device.garbled"]],
      ["oversized", ["device.oversized"]],
    ])("%s: every call says so, and the next is as good as new", (misbehaviour, codes) =>
      given(id, { misbehaviour }, async (rig) => {
        for (const call of ["identify", "read", "sleep", "wake"] as const) {
          expect(codes).toContain(codeOf(await rig.connection[call]()));
        }
        rig.miner.setMisbehaviour("none");
        expect(await modeWithin(rig, "hashing")).toBe("hashing");
      }),
    );

    test("wrong types become unknown, never numbers", () =>
      given(id, { misbehaviour: "wrong-types" }, async ({ connection }) => {
        const { value } = assertOk(await connection.read());
        expect(value.mode).toBe("unknown");
        const values = Object.values(value).flat();
        expect(values.filter((one) => typeof one === "number")).toEqual([]);
      }));

    test("without voltage nobody is there", () =>
      given(id, { grid: deadBus }, async (rig) => {
        await rig.pass(5_000);
        expect(["device.unreachable", "device.closed"]).toContain(await modeOf(rig));
      }));
  });
}

function assertOk<Value>(result: Result<Value>): { readonly value: Value } {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.detail}`);
  return result;
}

minerContract("in virtual time", openVirtual);
minerContract("on sockets", openSockets);
