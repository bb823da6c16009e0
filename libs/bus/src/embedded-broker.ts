import { createServer, type Server, type Socket } from "node:net";
import { fail, ok, type Result } from "@ballast/kernel";
import { Aedes } from "aedes";

export interface EmbeddedBroker {
  readonly url: string;
  close(): Promise<void>;
}

/** A real broker inside the process, for a site on one machine and for tests. */
export async function startEmbeddedBroker(options: {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}): Promise<Result<EmbeddedBroker>> {
  const broker = await Aedes.createBroker({ heartbeatInterval: 60_000 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.setNoDelay(true); // Small control messages must not wait for company.
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    broker.handle(socket);
  });
  const listening = await listen(server, options.host, options.port);
  if (!listening.ok) return listening;
  return ok({
    url: `mqtt://${options.host}:${listening.value}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  });
}

function listen(server: Server, host: string, port: number): Promise<Result<number>> {
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(fail("bus.disconnected", error.message)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve(
        address !== null && typeof address === "object"
          ? ok(address.port)
          : fail("bus.disconnected", "no port"),
      );
    });
  });
}
