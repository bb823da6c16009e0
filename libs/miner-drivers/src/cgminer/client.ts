import { assert, type FaultCode, fail, ok, type Result } from "@ballast/kernel";
import { replyEnd } from "../decode/reply-end.ts";
import type { MinerLink } from "../exchange.ts";
import { type Fields, parseJoined, parseReply, type Reply, rowsOf } from "./reply.ts";

/** CGMiner's server reads once, into a buffer of this size less its final NUL. */
export const requestBytesMax = 4_095;
/** The longest real reply is the 64 KB that old servers could hold; joined ones stay below too. */
const replyBytesMax = 512 * 1_024;

/** The replies to several reads. */
export interface Replies<Command extends string> {
  of(command: Command): Result<Reply>;
  /** The rows of the section named like the command; none where the command failed. */
  rows(command: Command): readonly Fields[];
}

/** The protocol of port 4028, which CGMiner began and most firmwares imitate. */
export interface CgminerClient {
  ask(command: string, parameter?: string): Promise<Result<Reply>>;
  /** Several reads in one exchange where the firmware can, one after another where it cannot. */
  askAll<Command extends string>(commands: readonly Command[]): Promise<Result<Replies<Command>>>;
}

const utf8 = new TextEncoder();

export function encodeRequest(command: string, parameter?: string): Uint8Array {
  const request = utf8.encode(JSON.stringify({ command, parameter }));
  assert(request.length <= requestBytesMax, `request ${command} fits the server's buffer`);
  return request;
}

/** Joined commands came back as one of these: the firmware may still know them one by one. */
const hintsAtNoJoining: ReadonlySet<FaultCode> = new Set([
  "device.refused",
  "device.unsupported",
  "device.unauthorised",
  "device.garbled",
  "device.closed",
]);

/** With one of these the miner, not the command, is the trouble: asking on would only cost time. */
const isTransportFault = (code: FaultCode): boolean =>
  code === "device.unreachable" || code === "device.silent" || code === "device.closed";

export function cgminerClient(link: MinerLink): CgminerClient {
  let canJoin: boolean | undefined; // Undefined until this firmware has shown it.

  const send = (request: Uint8Array): Promise<Result<Uint8Array>> => {
    const { host, port, exchange, deadlineMs } = link;
    return exchange({ host, port, request, isComplete: replyEnd(), deadlineMs, replyBytesMax });
  };

  const ask: CgminerClient["ask"] = async (command, parameter) => {
    const received = await send(encodeRequest(command, parameter));
    return received.ok ? parseReply(received.value) : received;
  };

  const askJoined = async <Command extends string>(
    commands: readonly Command[],
  ): Promise<Result<RepliesByCommand<Command>>> => {
    const received = await send(encodeRequest(commands.join("+")));
    return received.ok ? parseJoined(received.value, commands) : received;
  };

  const askEach = async <Command extends string>(
    commands: readonly Command[],
  ): Promise<Result<RepliesByCommand<Command>>> => {
    const replies = new Map<Command, Result<Reply>>();
    for (const command of commands) {
      const reply = await ask(command);
      if (!reply.ok && isTransportFault(reply.fault.code)) return reply;
      replies.set(command, reply);
    }
    return ok(replies);
  };

  return {
    ask,
    async askAll(commands) {
      if (canJoin !== false) {
        const joined = await askJoined(commands);
        if (joined.ok) canJoin = true;
        if (joined.ok) return ok(repliesFrom(joined.value));
        if (canJoin === true || !hintsAtNoJoining.has(joined.fault.code)) return joined;
      }
      const each = await askEach(commands);
      if (!each.ok) return each;
      if ([...each.value.values()].some((reply) => reply.ok)) canJoin = false;
      return ok(repliesFrom(each.value));
    },
  };
}

type RepliesByCommand<Command extends string> = ReadonlyMap<Command, Result<Reply>>;

function repliesFrom<Command extends string>(replies: RepliesByCommand<Command>): Replies<Command> {
  const of = (command: Command): Result<Reply> =>
    replies.get(command) ?? fail("device.garbled", `no ${command}`);
  return {
    of,
    rows: (command) => {
      const reply = of(command);
      return reply.ok ? rowsOf(reply.value, command.toUpperCase()) : [];
    },
  };
}
