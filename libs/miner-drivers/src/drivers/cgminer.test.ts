import { describe, expect, test } from "@jest/globals";
import { joined, refusal, scriptedMiner, success } from "../scripted-miner.ts";
import { cgminer } from "./cgminer.ts";

describe("cgminer", () => {
  const summary = success({
    SUMMARY: [
      {
        Elapsed: 9_000,
        "MHS av": "95000000.0",
        "MHS 5s": 94_500_000.5,
        Accepted: 12,
        Rejected: "1",
        Stale: 0,
        "Hardware Errors": 7,
      },
    ],
  });
  const pools = success({
    POOLS: [
      { POOL: 0, URL: "stratum+tcp://a:1", User: "w", Status: "Alive", "Stratum Active": true },
      { POOL: 1, URL: "stratum+tcp://b:1", Status: "Sleepy" },
    ],
  });
  const devs = (enabled: readonly string[]): object =>
    success({
      DEVS: enabled.map((Enabled, ASC) => ({
        ASC,
        Enabled,
        Status: ASC === 2 ? "Sick" : "Alive",
        Tenperature: 61.5,
      })),
    });

  test("reads all in one exchange", async () => {
    const { connection, asked } = scriptedMiner(cgminer, () =>
      joined({ summary, devs: devs(["Y", "Y", "N"]), pools }),
    );
    expect(await connection.read()).toEqual({
      ok: true,
      value: {
        mode: "hashing",
        hashrateThs: 94.5000005,
        hashrateWindow: "5s",
        hashrateMeanThs: 95,
        powerSource: "unknown",
        boardTemperaturesC: [61.5, 61.5, 61.5],
        fansRpm: [],
        uptimeMs: 9_000_000,
        acceptedCount: 12,
        rejectedCount: 1,
        staleCount: 0,
        hardwareErrorCount: 7,
        pools: [
          { url: "stratum+tcp://a:1", user: "w", status: "alive", isActive: true },
          { url: "stratum+tcp://b:1", user: undefined, status: "unknown", isActive: undefined },
        ],
        faults: [{ code: "unit-sick", text: "Unit 2 is Sick." }],
        firmware: "cgminer 4.11.1",
      },
    });
    expect(asked).toEqual(["summary+devs+pools"]);
  });

  test("remembers that the firmware cannot join", async () => {
    const { connection, asked } = scriptedMiner(cgminer, ({ command }) =>
      command === "summary"
        ? summary
        : command === "devs"
          ? devs(["Y"])
          : command === "pools"
            ? pools
            : refusal(14),
    );
    expect(await connection.read()).toMatchObject({ ok: true, value: { mode: "hashing" } });
    expect(await connection.read()).toMatchObject({ ok: true, value: { uptimeMs: 9_000_000 } });
    expect(asked).toEqual([
      "summary+devs+pools",
      "summary",
      "devs",
      "pools",
      "summary",
      "devs",
      "pools",
    ]);
  });

  test("asleep is when every unit is off, and a unit that still hashes contradicts it", async () => {
    const read = async (mhs: number | undefined, enabled: readonly string[]) => {
      const row = { Elapsed: 9_000, "MHS av": 95e6, "MHS 5s": mhs };
      const { connection } = scriptedMiner(cgminer, () =>
        joined({ summary: success({ SUMMARY: [row] }), devs: devs(enabled), pools }),
      );
      const reading = await connection.read();
      return reading.ok ? reading.value.mode : reading.fault.code;
    };
    expect(await read(0, ["N", "N", "N"])).toBe("sleeping");
    expect(await read(undefined, ["N", "N", "N"])).toBe("sleeping");
    expect(await read(90e6, ["N", "N", "N"])).toBe("stopping");
    expect(await read(30e6, ["N", "Y", "N"])).toBe("hashing");
    expect(await read(0, ["Y", "Y", "Y"])).toBe("fault");
    expect(await read(undefined, ["Y", "Y", "Y"])).toBe("unknown");
  });

  test("an average over the uptime is never the hashrate of now", async () => {
    const { connection } = scriptedMiner(cgminer, () =>
      joined({
        summary: success({ SUMMARY: [{ Elapsed: 9_000, "GHS av": 95_000 }] }),
        devs: devs(["Y"]),
        pools,
      }),
    );
    expect(await connection.read()).toMatchObject({
      value: { mode: "unknown", hashrateMeanThs: 95 },
    });
  });

  test("sleep switches off every unit the miner reports; later it need not ask", async () => {
    const { connection, asked } = scriptedMiner(cgminer, ({ command }) =>
      command === "devs" ? success({ DEVS: [{ ASC: 0 }, { ASC: 1 }, { PGA: 4 }] }) : success(),
    );
    expect(await connection.sleep()).toEqual({ ok: true, value: undefined });
    expect(await connection.wake()).toEqual({ ok: true, value: undefined });
    expect(asked).toEqual([
      "devs",
      "ascdisable|0",
      "ascdisable|1",
      "pgadisable|4",
      "ascenable|0",
      "ascenable|1",
      "pgaenable|4",
    ]);
  });

  test("after a poll even the first sleep need not ask, and the latest poll counts", async () => {
    let enabled = ["Y"];
    const { connection, asked } = scriptedMiner(cgminer, ({ command }) =>
      command.includes("+") ? joined({ summary, devs: devs(enabled), pools }) : success(),
    );
    await connection.read();
    enabled = ["Y", "Y"];
    await connection.read();
    expect((await connection.sleep()).ok).toBe(true);
    expect(asked.slice(2)).toEqual(["ascdisable|0", "ascdisable|1"]);
  });

  test("a poll of BFGMiner tells nothing of its processors: they are asked for", async () => {
    const name = "bfgminer 5.5.0";
    const device = success({ DEVS: [{ PGA: 0, Name: "ANT" }] }, name);
    const { connection, asked } = scriptedMiner(cgminer, ({ command }) => {
      if (command.includes("+")) return joined({ summary, devs: device, pools });
      if (command === "devs") return device;
      return success(command === "procs" ? { PROCS: [{ PGA: 0 }, { PGA: 1 }] } : {}, name);
    });
    await connection.read();
    expect((await connection.sleep()).ok).toBe(true);
    expect(asked.slice(1)).toEqual(["devs", "procs", "procdisable|0", "procdisable|1"]);
  });

  test("BFGMiner switches processors", async () => {
    const name = "bfgminer 5.5.0";
    const { connection, asked } = scriptedMiner(cgminer, ({ command }) =>
      command === "devs"
        ? success({ DEVS: [{ PGA: 0, Name: "ANT" }] }, name)
        : success(command === "procs" ? { PROCS: [{ PGA: 0 }, { PGA: 1 }] } : {}, name),
    );
    expect((await connection.sleep()).ok).toBe(true);
    expect(asked).toEqual(["devs", "procs", "procdisable|0", "procdisable|1"]);
  });

  test("one board that refuses does not keep the others awake, and is not success", async () => {
    const { connection, asked } = scriptedMiner(cgminer, ({ command, parameter }) => {
      if (command === "devs") return success({ DEVS: [{ ASC: 0 }, { ASC: 1 }, { ASC: 2 }] });
      return parameter === "1" ? refusal(106) : success();
    });
    expect(await connection.sleep()).toMatchObject({ fault: { code: "device.refused" } });
    expect(asked.slice(1)).toEqual(["ascdisable|0", "ascdisable|1", "ascdisable|2"]);
  });

  test("no write access is said once, not once a board", async () => {
    const { connection, asked } = scriptedMiner(cgminer, ({ command }) =>
      command === "devs" ? success({ DEVS: [{ ASC: 0 }, { ASC: 1 }] }) : refusal(45),
    );
    expect(await connection.sleep()).toMatchObject({ fault: { code: "device.unauthorised" } });
    expect(asked).toHaveLength(2);
  });

  test("a miner without units cannot be put to sleep", async () => {
    const { connection } = scriptedMiner(cgminer, () => success({ DEVS: [] }));
    expect(await connection.sleep()).toMatchObject({ fault: { code: "device.unsupported" } });
  });

  test("firmware with a driver of its own is sent there", async () => {
    const { connection } = scriptedMiner(cgminer, () =>
      success({ VERSION: [{ LUXminer: "2025.4.8" }] }, "LUXminer 2025.4.8"),
    );
    expect(await connection.identify()).toMatchObject({
      fault: { code: "device.mismatch", detail: expect.stringContaining("luxos") },
    });
  });
});
