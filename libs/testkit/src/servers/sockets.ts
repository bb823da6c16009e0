import { connect, createServer, type Socket } from "node:net";
import { assert, realClock } from "@ballast/kernel";

const untilEveryMs = 25;

/** Looks again and again; what does not come true in time is an error that fails the test. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  waitMaxMs = 15_000,
): Promise<void> {
  const clock = realClock();
  const untilMonoMs = clock.monotonicMs() + waitMaxMs;
  while (!(await holds())) {
    assert(clock.monotonicMs() < untilMonoMs, `it comes true within ${waitMaxMs / 1_000} s`);
    await clock.sleep(untilEveryMs);
  }
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
