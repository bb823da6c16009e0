import { connect, createServer, type Socket } from "node:net";

/** Stands between a client and its database, and breaks what runs through it on demand. */
export interface CuttingProxy {
  readonly port: number;
  /** The next commit reaches the database; its answer is lost, and so is the connection. */
  cutAfterNextCommit(): void;
  /** Ends all connections and takes no new ones, until it is switched back. */
  setAway(isAway: boolean): void;
  close(): Promise<void>;
}

export async function openCuttingProxy(targetPort: () => number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let isAway = false;
  let isCutDue = false;
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((client) => {
    track(client);
    if (isAway) return void client.destroy();
    const target = connect(targetPort(), "127.0.0.1");
    track(target);
    let isAnswerLost = false;
    client.on("data", (bytes) => {
      if (isCutDue && bytes.includes("commit")) {
        isCutDue = false;
        isAnswerLost = true;
      }
      target.write(bytes);
    });
    target.on("data", (bytes) => {
      if (isAnswerLost) {
        client.destroy();
        target.destroy();
      } else client.write(bytes);
    });
    client.on("close", () => target.destroy());
    target.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cutAfterNextCommit: () => {
      isCutDue = true;
    },
    setAway: (next) => {
      isAway = next;
      if (isAway) for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
