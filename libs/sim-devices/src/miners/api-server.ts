import { requestBytesMax } from "@ballast/miner-drivers";
import type { MinerState } from "@ballast/sim-plant";
import type { FaceOptions, MinerFace } from "./miner-face.ts";
import { overWire } from "./misbehaviour.ts";

/** The answer to one command, before it becomes bytes. */
export interface ApiAnswer {
  readonly letter: "S" | "I" | "W" | "E";
  readonly code: number;
  readonly message: string;
  readonly sections?: Readonly<Record<string, readonly unknown[]>>;
}

/** The commands of one firmware. Reads may be joined with `+`, the others may not. */
export interface Firmware {
  /** The name in every reply: `cgminer 4.11.1`. */
  readonly description: string;
  readonly doesEndWithNul: boolean;
  readonly reads: Readonly<Record<string, (state: MinerState) => ApiAnswer>>;
  readonly writes: Readonly<Record<string, (parameter: string, monoMs: number) => ApiAnswer>>;
}

export const boards: readonly number[] = [0, 1, 2];
export const fans: readonly number[] = [0, 1, 2, 3];
export const mhsPerThs = 1e6;
export const ghsPerThs = 1e3;

export const success = (
  code: number,
  message: string,
  section: string,
  rows: readonly unknown[],
): ApiAnswer => ({ letter: "S", code, message, sections: { [section]: rows } });

/** Control boards are small: they take some milliseconds to think. */
const thinkMinMs = 2;
const thinkMaxMs = 15;
/** Miners' clocks are their own; nobody may rely on them. */
const deviceEpochS = 1_790_000_000;

const utf8 = { decode: new TextDecoder(), encode: new TextEncoder() };

/** The API server that all these firmwares share: one read, one reply, one connection. */
export function apiServer({ miner, random }: FaceOptions, firmware: Firmware): MinerFace {
  return {
    minerId: miner.id,
    answer(bytes, monoMs) {
      const state = miner.stateAt(monoMs);
      if (!state.isReachable) return { kind: "refused" };
      if (miner.misbehaviour === "deaf") return { kind: "absent" };
      if (miner.misbehaviour === "hung") return { kind: "silent" };
      const text = JSON.stringify(replyTo(bytes, { firmware, state, monoMs }));
      const whole = utf8.encode.encode(firmware.doesEndWithNul ? `${text}\0` : text);
      return {
        kind: "reply",
        bytes: overWire(whole, miner.misbehaviour, random),
        delayMs: random.integer(thinkMinMs, thinkMaxMs),
      };
    },
  };
}

interface Moment {
  readonly firmware: Firmware;
  readonly state: MinerState;
  readonly monoMs: number;
}

function replyTo(bytes: Uint8Array, moment: Moment): unknown {
  const request = parseRequest(bytes);
  if (request === undefined) return framed(invalidJson, moment);
  const { command, parameter } = request;
  if (!command.includes("+")) return framed(answerTo(command, parameter, moment), moment);
  const parts = command.split("+").map((part): [string, unknown] => {
    const read = moment.firmware.reads[part];
    return [part, [framed(read === undefined ? denied(part) : read(moment.state), moment)]];
  });
  return { ...Object.fromEntries(parts), id: 1 };
}

function answerTo(command: string, parameter: string, moment: Moment): ApiAnswer {
  const { firmware, state, monoMs } = moment;
  const write = firmware.writes[command];
  if (write !== undefined) return write(parameter, monoMs);
  return firmware.reads[command]?.(state) ?? invalidCommand;
}

const invalidJson: ApiAnswer = { letter: "E", code: 23, message: "Invalid JSON" };
const invalidCommand: ApiAnswer = { letter: "E", code: 14, message: "Invalid command" };
const denied = (command: string): ApiAnswer => ({
  letter: "E",
  code: 45,
  message: `Access denied to '${command}' command`,
});

const framed = ({ letter, code, message, sections }: ApiAnswer, moment: Moment): unknown => ({
  STATUS: [
    {
      STATUS: letter,
      When: deviceEpochS + Math.floor(moment.monoMs / 1_000),
      Code: code,
      Msg: message,
      Description: moment.firmware.description,
    },
  ],
  ...sections,
  id: 1,
});

interface ApiRequest {
  readonly command: string;
  readonly parameter: string;
}

/** The server reads once; what does not fit its buffer is lost. */
function parseRequest(bytes: Uint8Array): ApiRequest | undefined {
  let request: unknown;
  try {
    request = JSON.parse(utf8.decode.decode(bytes.subarray(0, requestBytesMax)));
  } catch {
    return undefined;
  }
  if (typeof request !== "object" || request === null || !("command" in request)) return undefined;
  const { command } = request;
  if (typeof command !== "string") return undefined;
  const parameter = "parameter" in request ? String(request.parameter) : "";
  return { command, parameter };
}
