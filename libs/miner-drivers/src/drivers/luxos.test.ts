import { describe, expect, test } from "@jest/globals";
import { type Asked, joined, refusal, scriptedMiner, success } from "../scripted-miner.ts";
import { luxos } from "./luxos.ts";

describe("luxos", () => {
  /** A device with one session, as the manual describes it. */
  function lockedDevice() {
    const state = { session: "", count: 0 };
    const answer = ({ command, parameter = "" }: Asked): object => {
      const [id] = parameter.split(",");
      if (command === "logon" && state.session !== "")
        return refusal(402, "Another session is active");
      if (command === "logon") {
        state.count += 1;
        state.session = `s${state.count}`;
        return success({ SESSION: [{ SessionID: state.session }] });
      }
      if (command === "session") return success({ SESSION: [{ SessionID: state.session }] });
      if (id !== state.session || id === "") return refusal(320, "no session");
      if (command === "logoff") state.session = "";
      return success();
    };
    return { state, answer };
  }

  test("a change is a session, given back behind it", async () => {
    const { answer, state } = lockedDevice();
    const { connection, asked } = scriptedMiner(luxos, answer);
    expect((await connection.sleep()).ok).toBe(true);
    expect((await connection.wake()).ok).toBe(true);
    expect(asked).toEqual([
      "logon",
      "curtail|s1,sleep",
      "logoff|s1",
      "logon",
      "curtail|s2,wakeup",
      "logoff|s2",
    ]);
    expect(state.session).toBe("");
  });

  test("kept warm, a sleep is one exchange, and the session stays", async () => {
    const { answer } = lockedDevice();
    const { connection, asked } = scriptedMiner(luxos, answer);
    expect(await connection.keepWarm?.()).toEqual({ ok: true, value: undefined });
    expect(await connection.sleep()).toEqual({ ok: true, value: undefined });
    expect(await connection.keepWarm?.()).toEqual({ ok: true, value: undefined });
    expect(await connection.wake()).toEqual({ ok: true, value: undefined });
    expect(asked).toEqual(["logon", "curtail|s1,sleep", "logoff|s1", "logon", "curtail|s2,wakeup"]);
  });

  test("after a restart our own session is taken up again, a foreign one never", async () => {
    for (const [heldBy, isOk] of [
      ["ours", true],
      ["another tool's", false],
    ] as const) {
      const { answer, state } = lockedDevice();
      let line: string | undefined;
      const memory = {
        recall: () => line,
        remember: (next: string) => {
          line = next;
        },
      };
      await scriptedMiner(luxos, answer, memory).connection.keepWarm?.();
      if (heldBy !== "ours") state.session = "foreign";
      const restarted = scriptedMiner(luxos, answer, memory);
      expect((await restarted.connection.sleep()).ok).toBe(isOk);
      expect(restarted.asked.includes("curtail|s1,sleep")).toBe(isOk);
    }
  });

  test("a session that has expired costs one new login, and no more", async () => {
    const { answer, state } = lockedDevice();
    const { connection, asked } = scriptedMiner(luxos, answer);
    await connection.keepWarm?.();
    state.session = "";
    expect((await connection.sleep()).ok).toBe(true);
    expect(asked.slice(1)).toEqual(["curtail|s1,sleep", "logon", "curtail|s2,sleep"]);
  });

  test("a refusal with a new session is final", async () => {
    const { answer } = lockedDevice();
    const { connection, asked } = scriptedMiner(luxos, (sent) =>
      sent.command === "curtail" ? refusal(334) : answer(sent),
    );
    expect(await connection.sleep()).toMatchObject({ fault: { code: "device.refused" } });
    expect(asked).toEqual(["logon", "curtail|s1,sleep", "logoff|s1"]);
  });

  test("a foreign session is respected", async () => {
    const { answer, state } = lockedDevice();
    state.session = "foreign";
    const { connection, asked } = scriptedMiner(luxos, answer);
    expect(await connection.sleep()).toMatchObject({ fault: { code: "device.busy" } });
    expect(await connection.keepWarm?.()).toMatchObject({ fault: { code: "device.busy" } });
    expect(asked).toEqual(["logon", "logon"]);
  });

  test("a sleep in the middle of a renewal waits for it and uses the new session", async () => {
    const { answer } = lockedDevice();
    const { connection, asked } = scriptedMiner(luxos, answer);
    await connection.keepWarm?.();
    const [, slept] = await Promise.all([connection.keepWarm?.(), connection.sleep()]);
    expect(slept.ok).toBe(true);
    expect(asked).toEqual(["logon", "logoff|s1", "logon", "curtail|s2,sleep"]);
  });

  const reading = (config: object, devs: readonly object[], power: object) => {
    const { connection } = scriptedMiner(luxos, () =>
      joined({
        summary: success(
          { SUMMARY: [{ Elapsed: 9_000, "GHS 5s": 59_800, "GHS av": 60_000 }] },
          "LUXminer 2025.4.8",
        ),
        config: success({ CONFIG: [config] }),
        devs: success({ DEVS: devs }),
        power: success({ POWER: [power] }),
        temps: success({
          TEMPS: [
            { TopLeft: 66, BottomLeft: 64, TopRight: 31, BottomRight: 33 },
            { TopLeft: 0, BottomLeft: 0, TopRight: 0 },
          ],
        }),
        fans: success({ FANS: [{ RPM: 4_200 }, { RPM: 0 }, {}] }),
        pools: success({}),
        events: success({ EVENTS: [{ Code: "FAN_FAILURE", Description: "Fan 2 stands still" }] }),
      }),
    );
    return connection.read();
  };

  test("reads what the firmware tells", async () => {
    const boards = [
      { "Nominal MHS": 30e6, IsRamping: false },
      { "Nominal MHS": 30e6, IsRamping: false },
    ];
    const config = { CurtailMode: "None", MACAddr: "62:f7:5e:00:10:46" };
    expect(await reading(config, boards, { PSU: false, Watts: 1_051 })).toMatchObject({
      ok: true,
      value: {
        mode: "hashing",
        hashrateThs: 59.8,
        expectedThs: 60,
        powerW: 1_051,
        powerSource: "estimated",
        boardTemperaturesC: [66],
        inletC: 32,
        fansRpm: [4_200, 0],
        pools: [],
        faults: [{ code: "FAN_FAILURE", text: "Fan 2 stands still" }],
        macAddress: "62:F7:5E:00:10:46",
        firmware: "LUXminer 2025.4.8",
      },
    });
  });

  test("curtailment is the state, ramping is starting, absence is unknown", async () => {
    expect(await reading({ CurtailMode: "Sleep" }, [], { PSU: true, Watts: 0 })).toMatchObject({
      value: { mode: "stopping", powerW: 0, powerSource: "measured", expectedThs: undefined },
    });
    expect(await reading({ CurtailMode: "None" }, [{ IsRamping: true }], {})).toMatchObject({
      value: { mode: "starting", powerW: undefined, powerSource: "unknown" },
    });
    expect(await reading({ MACAddr: "00:00:00:00:00:00" }, [], { Watts: "much" })).toMatchObject({
      value: { macAddress: undefined, powerW: undefined, powerSource: "unknown" },
    });
  });
});
