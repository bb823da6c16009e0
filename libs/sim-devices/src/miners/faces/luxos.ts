import type { Random } from "@ballast/kernel";
import type { MinerState } from "@ballast/sim-plant";
import {
  type ApiAnswer,
  apiServer,
  boards,
  type Firmware,
  fans,
  mhsPerThs,
  success,
} from "../api-server.ts";
import { defineFace, type FaceOptions, type MinerFace } from "../miner-face.ts";
import { macOf, nearestModel } from "../nameplate.ts";
import { isAsleep, poolRows, summaryRow } from "../shared-sections.ts";

/** A session that nobody uses for this long is gone. */
const sessionIdleMs = 60_000;

/** LuxOS: one session at a time, GH/s in the summary, power measured by the supply. */
export const luxosFace = defineFace({ driverId: "luxos", open });

function open(options: FaceOptions): MinerFace {
  const { miner, random } = options;
  const session = sessionLock(random);
  return apiServer(options, {
    description: "LUXminer 2025.4.8.185020-1b2f3c4d",
    doesEndWithNul: true,
    reads: luxosReads(options),
    writes: {
      logon: (_, monoMs) => session.logOn(monoMs),
      session: (_, monoMs) => session.show(monoMs),
      logoff: (id, monoMs) => session.logOff(id, monoMs),
      curtail: (parameter, monoMs) => {
        const [id = "", action] = parameter.split(",");
        if (!session.use(id, monoMs)) return noSession;
        if (action !== "sleep" && action !== "wakeup") {
          return { letter: "E", code: 334, message: "Invalid curtail action" };
        }
        const kind = action === "sleep" ? "sleep" : "wake";
        options.onCommand?.({ minerId: miner.id, kind, monoMs });
        miner.command(kind, monoMs);
        const done = kind === "sleep" ? "sleep mode" : "wake up";
        return success(335, "Curtailment command sent", "CURTAIL", [{ Action: done }]);
      },
    },
  });
}

const noSession: ApiAnswer = { letter: "E", code: 320, message: "Session is not active" };

interface SessionLock {
  logOn(monoMs: number): ApiAnswer;
  logOff(id: string, monoMs: number): ApiAnswer;
  show(monoMs: number): ApiAnswer;
  /** Whether this session is the one that holds; using it keeps it. */
  use(id: string, monoMs: number): boolean;
}

function sessionLock(random: Random): SessionLock {
  let held: { readonly id: string; readonly usedMonoMs: number } | undefined;
  const current = (monoMs: number) =>
    held !== undefined && monoMs - held.usedMonoMs < sessionIdleMs ? held : undefined;
  const use: SessionLock["use"] = (id, monoMs) => {
    if (current(monoMs)?.id !== id) return false;
    held = { id, usedMonoMs: monoMs };
    return true;
  };
  return {
    use,
    show: (monoMs) =>
      success(319, "Session information", "SESSION", [{ SessionID: current(monoMs)?.id ?? "" }]),
    logOn: (monoMs) => {
      if (current(monoMs) !== undefined) {
        return { letter: "E", code: 402, message: "Another session is active" };
      }
      const id = random
        .integer(0, 36 ** 8 - 1)
        .toString(36)
        .padStart(8, "0");
      held = { id, usedMonoMs: monoMs };
      return success(316, "Session created", "SESSION", [{ SessionID: id }]);
    },
    logOff: (id, monoMs) => {
      if (!use(id, monoMs)) return noSession;
      held = undefined;
      return { letter: "S", code: 317, message: "Session terminated" };
    },
  };
}

function luxosReads({ miner }: FaceOptions): Firmware["reads"] {
  const { name } = nearestModel(miner.spec);
  const identity = {
    Hostname: miner.id,
    MACAddr: macOf(miner.id),
    Model: `Antminer ${name}`,
    NameplateTHS: miner.spec.ratedThs,
    SerialNumber: `SIM${macOf(miner.id).replaceAll(":", "")}`,
  };
  const perBoard = (row: (board: number) => unknown): readonly unknown[] => boards.map(row);
  return {
    version: () => success(22, "LUXminer versions", "VERSION", [versionRow(identity.Model)]),
    summary: (state) => success(11, "Summary", "SUMMARY", [summaryRow(state, "GHS")]),
    config: (state) =>
      success(33, "LUXminer config", "CONFIG", [{ ...identity, ...stateRow(state) }]),
    devs: (state) =>
      success(
        9,
        "3 ASC(s)",
        "DEVS",
        perBoard((board) => devRow(board, state, miner.spec.ratedThs)),
      ),
    power: (state) =>
      success(311, "Power usage", "POWER", [{ PSU: true, Watts: Math.round(state.powerW) }]),
    temps: (state) =>
      success(
        201,
        "3 Temp(s)",
        "TEMPS",
        perBoard((board) => temperatureRow(board, state)),
      ),
    fans: (state) =>
      success(
        202,
        "4 Fan(s)",
        "FANS",
        fans.map((fan) => ({
          FAN: fan,
          ID: fan,
          RPM: Math.round(state.fanRpm),
        })),
      ),
    pools: (state) => success(7, "1 Pool(s)", "POOLS", poolRows(!isAsleep(state))),
    events: () => success(350, "0 Event(s)", "EVENTS", []),
  };
}

const versionRow = (model: string) => ({
  API: "3.7",
  LUXminer: "2025.4.8.185020-1b2f3c4d",
  Miner: "2025.4.8.185020",
  Type: model,
});

const stateRow = (state: MinerState) => ({
  CurtailMode: isAsleep(state) ? "Sleep" : "None",
  IsPowerSupplyOn: !isAsleep(state),
  Profile: "default",
  SystemStatus: "Normal",
});

const devRow = (board: number, state: MinerState, ratedThs: number) => ({
  ASC: board,
  ID: board,
  IsRamping: state.mode === "starting",
  "MHS 5s": Math.round((state.hashrate5sThs * mhsPerThs) / boards.length),
  "Nominal MHS": Math.round((ratedThs * mhsPerThs) / boards.length),
  Status: "Alive",
  Temperature: Math.round(state.boardC),
});

/** Left is exhaust, right is intake. */
const temperatureRow = (board: number, state: MinerState) => ({
  ID: board,
  TopLeft: Math.round(state.boardC),
  BottomLeft: Math.round(state.boardC) - 2,
  TopRight: Math.round(state.inletC),
  BottomRight: Math.round(state.inletC),
});
