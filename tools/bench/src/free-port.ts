import { once } from "node:events";
import { createServer } from "node:net";
import { assert } from "@ballast/kernel";

/** A port that nobody uses now, for a server that must come back at the same place. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object", "a TCP server has an address");
  server.close();
  await once(server, "close");
  return address.port;
}
