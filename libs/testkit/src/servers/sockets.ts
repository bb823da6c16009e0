import { connect, createServer, type Socket } from "node:net";
import { assert } from "@ballast/kernel";

const untilTriesMax = 600;
const untilEveryMs = 25;

/** Looks again and again; what does not come true within 15 s is an error that fails the test. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tryCount = 0; tryCount < untilTriesMax; tryCount += 1) {
    if (await holds()) return;
    await new Promise((next) => setTimeout(next, untilEveryMs));
  }
  throw new Error("waited 15 s in vain");
}

export const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      assert(address !== null && typeof address === "object", "a bound server has a port");
      server.close(() => found(address.port));
    });
  });

export const canConnect = (port: number): Promise<boolean> =>
  answers(port, (_, settle) => settle(true));

/** Connects and lets `talk` find out; a refused or broken connection is a no. */
export const answers = (
  port: number,
  talk: (socket: Socket, settle: (answer: boolean) => void) => void,
): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => talk(socket, settle));
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
  });
