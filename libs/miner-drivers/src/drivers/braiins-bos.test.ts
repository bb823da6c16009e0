import { describe, expect, test } from "@jest/globals";
import { joined, refusal, scriptedMiner, success } from "../scripted-miner.ts";
import { braiinsBos } from "./braiins-bos.ts";

describe("braiins-bos", () => {
  const parts = (ghs: number, details: object) =>
    joined({
      summary: success(
        { SUMMARY: [{ Elapsed: 9_000, "MHS 5s": ghs * 1e3, "MHS av": 100e6 }] },
        "BOSminer+ 0.2",
      ),
      devs: success({ DEVS: [{ "Nominal MHS": 50e6 }, { "Nominal MHS": 50e6 }] }),
      temps: success({
        TEMPS: [
          { ID: 6, Board: 55.5, Chip: 71 },
          { ID: 7, Board: 57, Chip: 74.5 },
        ],
      }),
      fans: success({ FANS: [{ FAN: 0, RPM: 3_700 }] }),
      tunerstatus: success({
        TUNERSTATUS: [{ ApproximateMinerPowerConsumption: 3_300, PowerLimit: 3_500 }],
      }),
      pools: success({ POOLS: [{ URL: "a", Status: "Dead" }] }),
      devdetails: details,
    });

  test("reads what the firmware tells", async () => {
    const { connection, asked } = scriptedMiner(braiinsBos, () => parts(98_000, success()));
    expect(await connection.read()).toMatchObject({
      ok: true,
      value: {
        mode: "hashing",
        hashrateThs: 98,
        expectedThs: 100,
        powerW: 3_300,
        powerSource: "estimated",
        powerLimitW: 3_500,
        boardTemperaturesC: [55.5, 57],
        chipTemperatureMaxC: 74.5,
        fansRpm: [3_700],
      },
    });
    expect(asked).toHaveLength(1);
  });

  test("without hashes: asleep by its details or by our order, starting by our order, else no pool", async () => {
    const unavailable = refusal(302, "Unavailable");
    const state: { details: object } = { details: success() };
    const { connection } = scriptedMiner(braiinsBos, ({ command }) =>
      command.includes("+") ? parts(0, state.details) : success(),
    );
    const mode = async () => {
      const reading = await connection.read();
      return reading.ok ? reading.value.mode : reading.fault.code;
    };
    expect(await mode()).toBe("no-pool");
    state.details = unavailable;
    expect(await mode()).toBe("sleeping");
    await connection.wake();
    expect(await mode()).toBe("starting");
    state.details = success();
    expect(await mode()).toBe("starting");
    await connection.sleep();
    expect(await mode()).toBe("sleeping");
  });

  test("an order that a restart has forgotten is forgotten here, too", async () => {
    let uptimeS = 9_000;
    const { connection } = scriptedMiner(braiinsBos, ({ command }) =>
      command.includes("+")
        ? joined({ summary: success({ SUMMARY: [{ Elapsed: uptimeS, "MHS 5s": 0 }] }) })
        : success(),
    );
    await connection.sleep();
    expect(await connection.read()).toMatchObject({ value: { mode: "sleeping" } });
    uptimeS = 20;
    expect(await connection.read()).toMatchObject({ value: { mode: "starting" } });
  });
});
