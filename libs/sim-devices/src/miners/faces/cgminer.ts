import type { MinerCommand, MinerState } from "@ballast/sim-plant";
import { type ApiAnswer, apiServer, boards, mhsPerThs, success } from "../api-server.ts";
import { defineFace, type FaceOptions, type MinerFace } from "../miner-face.ts";
import { isAsleep, poolRows, summaryRow } from "../shared-sections.ts";

/** CGMiner with three boards, each an ASC unit. */
export const cgminerFace = defineFace({ driverId: "cgminer", open });

function open(options: FaceOptions): MinerFace {
  const units = unitSwitch(options);
  return apiServer(options, {
    description: "cgminer 4.11.1",
    doesEndWithNul: true,
    reads: {
      version: () =>
        success(22, "CGMiner versions", "VERSION", [{ CGMiner: "4.11.1", API: "3.7" }]),
      summary: (state) => success(11, "Summary", "SUMMARY", [summaryRow(state, "MHS")]),
      devs: (state) => {
        const areOff = units.areOff(state);
        const rows = boards.map((board) => devRow(board, state, areOff.has(board)));
        return success(9, "3 ASC(s)", "DEVS", rows);
      },
      pools: () => success(7, "1 Pool(s)", "POOLS", poolRows(true)),
    },
    writes: {
      ascdisable: (parameter, monoMs) => units.disable(parameter, monoMs),
      ascenable: (parameter, monoMs) => units.enable(parameter, monoMs),
    },
  });
}

const devRow = (board: number, state: MinerState, isOff: boolean) => ({
  ASC: board,
  Name: "BTM",
  ID: board,
  Enabled: isOff ? "N" : "Y",
  Status: "Alive",
  Temperature: round(state.boardC),
  "MHS av": round((state.hashrateMeanThs * mhsPerThs) / boards.length),
  "MHS 5s": round((state.hashrate5sThs * mhsPerThs) / boards.length),
  "Hardware Errors": Math.floor(state.hardwareErrorCount / boards.length),
});

const round = (value: number): number => Math.round(value * 100) / 100;

/**
 * CGMiner switches units and knows no pause; the plant knows whole miners only. So the miner sleeps
 * with the last unit that goes off, and wakes with the first that comes on again.
 */
function unitSwitch({ miner, onCommand }: FaceOptions) {
  const asked = new Set<number>(); // Asked to be off.
  let lastUptimeMs = 0;

  /** A reboot forgets what was asked, and the miner's own state is worth more than our memory. */
  const settle = (state: MinerState): void => {
    if (state.uptimeMs < lastUptimeMs) asked.clear();
    lastUptimeMs = state.uptimeMs;
    if (isAsleep(state)) for (const board of boards) asked.add(board);
  };
  const command = (kind: MinerCommand, monoMs: number): void => {
    onCommand?.({ minerId: miner.id, kind, monoMs });
    miner.command(kind, monoMs);
  };
  const withUnit = (parameter: string, monoMs: number, act: (unit: number) => ApiAnswer) => {
    const unit = boards.find((board) => String(board) === parameter);
    if (unit === undefined) return unknownUnit;
    settle(miner.stateAt(monoMs));
    return act(unit);
  };

  return {
    areOff(state: MinerState): ReadonlySet<number> {
      settle(state);
      // With all of them asked to go off, only the miner itself shows whether it obeys.
      return asked.size < boards.length || isAsleep(state) ? asked : new Set();
    },
    disable: (parameter: string, monoMs: number) =>
      withUnit(parameter, monoMs, (unit) => {
        asked.add(unit);
        if (asked.size === boards.length) command("sleep", monoMs);
        return { letter: "S", code: 109, message: `ASC ${unit} set disable flag` };
      }),
    enable: (parameter: string, monoMs: number) =>
      withUnit(parameter, monoMs, (unit) => {
        if (asked.size === boards.length) command("wake", monoMs);
        asked.delete(unit);
        return { letter: "S", code: 111, message: `ASC ${unit} sent enable message` };
      }),
  };
}

const unknownUnit: ApiAnswer = { letter: "E", code: 107, message: "Invalid ASC id" };
