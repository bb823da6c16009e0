import type { Socket } from "node:net";
import { assert, type Clock, fail, ok, type Result } from "@ballast/kernel";
import modbusSerial from "modbus-serial";
import { exceptionFault } from "./exceptions.ts";
import { type ModbusLink, type OpenModbus, type ReadRequest, wordsPerReadMax } from "./link.ts";
import { ReadOnlySocket } from "./read-only-socket.ts";

const keepAliveAfterMs = 10_000;

/** All of modbus-serial that we can reach. The socket below stops the rest as well. */
type Reader = Pick<
  InstanceType<typeof modbusSerial.default>,
  "readHoldingRegisters" | "readInputRegisters"
>;

export const openModbusTcp: OpenModbus = async (target) => {
  const socket = new ReadOnlySocket();
  const connected = await connect(socket, target);
  if (!connected.ok) return connected;
  const client = new modbusSerial.default();
  client.setID(target.unitId);
  const link = linkOver(socket, client, target);
  await client.linkTCP(socket, { port: target.port });
  return ok(link);
};

function connect(socket: Socket, target: Parameters<OpenModbus>[0]): Promise<Result<void>> {
  const { host, port, connectDeadlineMs, clock } = target;
  return new Promise((resolve) => {
    const giveUp = (why: string): void => {
      cancel();
      socket.destroy();
      resolve(fail("device.unreachable", `${host}:${port}: ${why}`));
    };
    const cancel = clock.after(connectDeadlineMs, "modbus-connect", () =>
      giveUp(`no connection within ${connectDeadlineMs} ms`),
    );
    socket.on("error", (error) => giveUp(error.message));
    socket.once("connect", () => {
      cancel();
      resolve(ok(undefined));
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveAfterMs);
    socket.connect({ host, port });
  });
}

function linkOver(
  socket: ReadOnlySocket,
  client: Reader,
  { deadlineMs, clock }: { readonly deadlineMs: number; readonly clock: Clock },
): ModbusLink {
  let endRead: ((outcome: Result<Uint16Array>) => void) | undefined;
  const breakOff = (fault: Result<never>): void => {
    socket.destroy();
    endRead?.(fault);
  };
  // modbus-serial neither looks at the protocol id nor minds replies that nobody asked for, and
  // forgets a pending read when the socket goes (8.0.25). One odd byte, and we start afresh.
  socket.watchReplies((problem) => breakOff(fail("device.garbled", problem)));
  socket.on("close", () => breakOff(fail("device.closed", "the connection has ended")));

  return {
    isOpen: () => !socket.destroyed && socket.readyState === "open",
    close: async () => breakOff(fail("device.closed", "closed from this side")),
    read: (request) =>
      new Promise((resolve) => {
        assert(endRead === undefined, "one request at a time on a connection");
        assert(isAllowed(request), "a read asks for 1 to 125 registers");
        const cancel = clock.after(deadlineMs, "modbus-read", () =>
          breakOff(fail("device.silent", `no reply within ${deadlineMs} ms`)),
        );
        const end = (outcome: Result<Uint16Array>): void => {
          if (endRead !== end) return;
          endRead = undefined;
          cancel();
          resolve(outcome);
        };
        endRead = end;
        if (socket.destroyed) return end(fail("device.closed", "the connection has ended"));
        void ask(client, request).then((outcome) => {
          const isAnswer = outcome.ok || outcome.fault.code !== "device.garbled";
          if (isAnswer) end(outcome);
          else if (endRead === end) breakOff(outcome);
        });
      }),
  };
}

const isAllowed = ({ wordCount }: ReadRequest): boolean =>
  wordCount >= 1 && wordCount <= wordsPerReadMax;

async function ask(client: Reader, request: ReadRequest): Promise<Result<Uint16Array>> {
  const { table, address, wordCount } = request;
  try {
    const { data } =
      table === "holding"
        ? await client.readHoldingRegisters(address, wordCount)
        : await client.readInputRegisters(address, wordCount);
    if (data.length === wordCount) return ok(Uint16Array.from(data));
    return fail("device.garbled", `${data.length} registers instead of ${wordCount}`);
  } catch (error) {
    const code = exceptionCodeIn(error);
    return code === undefined ? fail("device.garbled", String(error)) : exceptionFault(code);
  }
}

function exceptionCodeIn(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("modbusCode" in error)) return undefined;
  return typeof error.modbusCode === "number" ? error.modbusCode : undefined;
}
