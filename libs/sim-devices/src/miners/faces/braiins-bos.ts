import type { MinerCommand, MinerState } from "@ballast/sim-plant";
import { type ApiAnswer, apiServer, boards, fans, mhsPerThs, success } from "../api-server.ts";
import { defineFace, type FaceOptions, type MinerFace } from "../miner-face.ts";
import { nearestModel } from "../nameplate.ts";
import { poolRows, summaryRow } from "../shared-sections.ts";

/** Braiins estimates its power from the boards; fans and the losses of the supply are left out. */
const estimatedShareRatio = 0.95;

/** Braiins OS on port 4028: no login, no NUL, and a pause that a restart forgets. */
export const braiinsBosFace = defineFace({ driverId: "braiins-bos", open });

function open(options: FaceOptions): MinerFace {
  const { miner, onCommand } = options;
  const { ratedW, ratedThs } = miner.spec;
  const { name } = nearestModel(miner.spec);

  const order = (kind: MinerCommand, section: string, monoMs: number): ApiAnswer => {
    onCommand?.({ minerId: miner.id, kind, monoMs });
    miner.command(kind, monoMs);
    return success(304, `${kind === "sleep" ? "Pause" : "Resume"} Mining`, section, [true]);
  };

  return apiServer(options, {
    description: "BOSminer+ 0.2.0-4a2c1f0",
    doesEndWithNul: false,
    reads: {
      version: () =>
        success(22, "BOSminer+ versions", "VERSION", [
          { API: "3.7", "BOSminer+": "0.2.0-4a2c1f0" },
        ]),
      summary: (state) => success(11, "Summary", "SUMMARY", [summaryRow(state, "MHS")]),
      devs: (state) =>
        success(
          9,
          "3 ASC(s)",
          "DEVS",
          boards.map((board) => devRow(board, state, ratedThs)),
        ),
      devdetails: ({ mode }) =>
        mode === "sleeping"
          ? unavailable
          : success(
              69,
              "Device Details",
              "DEVDETAILS",
              boards.map((ID) => ({ ID, Model: name })),
            ),
      temps: (state) =>
        success(
          201,
          "3 Temp(s)",
          "TEMPS",
          boards.map((board) => temperatureRow(board, state)),
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
      tunerstatus: (state) => {
        const estimatedW = Math.round(state.powerW * estimatedShareRatio);
        const row = { ApproximateMinerPowerConsumption: estimatedW, PowerLimit: ratedW };
        return success(203, "Tuner Status", "TUNERSTATUS", [row]);
      },
      pools: ({ mode }) => success(7, "1 Pool(s)", "POOLS", poolRows(mode !== "sleeping")),
    },
    writes: {
      pause: (_, monoMs) => order("sleep", "PAUSE", monoMs),
      resume: (_, monoMs) => order("wake", "RESUME", monoMs),
    },
  });
}

const unavailable: ApiAnswer = { letter: "E", code: 302, message: "Unavailable" };

const temperatureRow = (board: number, state: MinerState) => ({
  ID: board + 6,
  Board: Math.round(state.boardC * 10) / 10,
  Chip: Math.round(state.chipMaxC * 10) / 10,
});

const devRow = (board: number, state: MinerState, ratedThs: number) => ({
  ASC: board,
  ID: board + 6,
  Enabled: "Y",
  Status: "Alive",
  "MHS 5s": Math.round((state.hashrate5sThs * mhsPerThs) / boards.length),
  "Nominal MHS": Math.round((ratedThs * mhsPerThs) / boards.length),
});
