import { assertDefined, seededRandom } from "@ballast/kernel";
import { requestBytesMax } from "@ballast/miner-drivers";
import { createPlant, type MinerSpec } from "@ballast/sim-plant";
import { describe, expect, test } from "@jest/globals";
import type { ArrivedCommand } from "./miner-face.ts";
import { openFace, type SimulatedDriverId } from "./open-face.ts";

const spec: MinerSpec = {
  id: "m1",
  ratedW: 3_500,
  ratedThs: 200,
  standbyW: 30,
  stopMs: 5_000,
  doesSleepSurviveReboot: false,
};

/** A face that is asked in words, and answers in objects. */
function faceOf(driverId: SimulatedDriverId, overrides: Partial<MinerSpec> = {}) {
  const plant = createPlant({
    seed: 1,
    scenario: { nominalHz: 50, grid: { kind: "script", steps: [{ kind: "hold", untilS: 7_200 }] } },
    miners: [{ ...spec, ...overrides }],
    startMonoMs: 0,
  });
  const miner = assertDefined(plant.miners[0], "one miner");
  const commands: ArrivedCommand[] = [];
  const onCommand = (command: ArrivedCommand) => commands.push(command);
  const face = openFace(driverId, { miner, random: seededRandom(1), onCommand });
  const send = (request: string, monoMs: number): string => {
    const answer = face.answer(new TextEncoder().encode(request), monoMs);
    return answer.kind === "reply" ? new TextDecoder().decode(answer.bytes) : answer.kind;
  };
  const ask = (command: string, parameter: string, monoMs: number) =>
    JSON.parse(send(JSON.stringify({ command, parameter }), monoMs).replace("\0", ""));
  const codeOf = (command: string, parameter: string, monoMs: number): number =>
    ask(command, parameter, monoMs).STATUS[0].Code;
  return { miner, commands, send, ask, codeOf };
}

describe("every server", () => {
  test.each([
    ["cgminer", true],
    ["luxos", true],
    ["braiins-bos", false],
  ] as const)("%s ends with NUL: %p", (driverId, isNul) => {
    expect(faceOf(driverId).send('{"command":"summary"}', 0).endsWith("\0")).toBe(isNul);
  });

  test("unknown commands, broken requests and writes in company are refused", () => {
    const { codeOf, ask, send, commands } = faceOf("braiins-bos");
    expect(codeOf("dance", "", 0)).toBe(14);
    expect(JSON.parse(send("summary", 0)).STATUS[0].Code).toBe(23);
    expect(ask("summary+pause", "", 0).pause[0].STATUS[0].Code).toBe(45);
    expect(commands).toEqual([]);
  });

  test("reads its buffer once: a longer request is cut", () => {
    const { send } = faceOf("cgminer");
    const padded = (length: number): string => `{"command":"version"${" ".repeat(length - 21)}}`;
    expect(JSON.parse(send(padded(requestBytesMax), 0).replace("\0", "")).STATUS[0].Code).toBe(22);
    expect(JSON.parse(send(padded(requestBytesMax + 1), 0).replace("\0", "")).STATUS[0].Code).toBe(
      23,
    );
  });

  test("averages decay instead of dropping", () => {
    const { ask, miner } = faceOf("luxos");
    miner.command("sleep", 0);
    const [row] = ask("summary", "", 60_000).SUMMARY;
    expect(row["GHS 5s"]).toBeLessThan(2_000);
    expect(row["GHS 15m"]).toBeGreaterThan(100_000);
    expect(row["GHS av"]).toBeGreaterThan(100_000);
  });
});

describe("the session of LuxOS", () => {
  const logOn = (face: ReturnType<typeof faceOf>, monoMs: number): string =>
    face.ask("logon", "", monoMs).SESSION[0].SessionID;

  test("is one, lives 60 s from its last use, and is needed", () => {
    const face = faceOf("luxos");
    const id = logOn(face, 0);
    expect(face.codeOf("logon", "", 59_999)).toBe(402);
    expect(face.codeOf("curtail", `${id},sleep`, 59_999)).toBe(335);
    expect(face.codeOf("logon", "", 119_998)).toBe(402);
    expect(face.codeOf("curtail", `${id},wakeup`, 119_999)).not.toBe(335);
    expect(face.codeOf("logon", "", 119_999)).toBe(316);
    expect(face.commands).toEqual([{ minerId: "m1", kind: "sleep", monoMs: 59_999 }]);
  });

  test("ends with logoff, and no other id opens the door", () => {
    const face = faceOf("luxos");
    const id = logOn(face, 0);
    expect(face.codeOf("curtail", "guess,sleep", 1)).not.toBe(335);
    expect(face.codeOf("logoff", id, 2)).toBe(317);
    expect(face.codeOf("curtail", `${id},sleep`, 3)).not.toBe(335);
    expect(face.commands).toEqual([]);
  });
});

describe("the units of CGMiner", () => {
  const enabled = (face: ReturnType<typeof faceOf>, monoMs: number): string =>
    face
      .ask("devs", "", monoMs)
      .DEVS.map((row: { Enabled: string }) => row.Enabled)
      .join("");

  test("the miner sleeps with the last and wakes with the first", () => {
    const face = faceOf("cgminer");
    face.ask("ascdisable", "0", 10);
    face.ask("ascdisable", "2", 20);
    expect(enabled(face, 30)).toBe("NYN");
    expect(face.miner.stateAt(40).mode).toBe("hashing");
    face.ask("ascdisable", "1", 50);
    expect(enabled(face, 60)).toBe("NNN");
    face.ask("ascenable", "1", 20_000);
    face.ask("ascenable", "0", 20_010);
    expect(face.commands).toMatchObject([
      { kind: "sleep", monoMs: 50 },
      { kind: "wake", monoMs: 20_000 },
    ]);
  });

  test("one that lies shows them as they are", () => {
    const face = faceOf("cgminer", { misbehaviour: "lying" });
    for (const unit of ["0", "1", "2"]) face.ask("ascdisable", unit, 10);
    expect(enabled(face, 60_000)).toBe("YYY");
  });

  test("an unknown unit is refused", () => {
    expect(faceOf("cgminer").codeOf("ascdisable", "3", 0)).toBe(107);
  });
});
