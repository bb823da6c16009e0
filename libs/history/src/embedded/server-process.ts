import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SystemUser } from "./system-user.ts";

/** Small, as it serves one site; a crash costs nothing that was confirmed. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "32MB",
  max_connections: "20",
  max_wal_senders: "0",
  wal_level: "minimal",
  max_wal_size: "256MB",
  io_method: "sync", // No three processes that wait for work.
  max_parallel_workers: "0",
  max_logical_replication_workers: "0",
  autovacuum_naptime: "5min",
  bgwriter_delay: "10s",
  wal_writer_delay: "10s",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
};

export interface ServerOptions {
  readonly program: string;
  readonly folder: string;
  readonly port: number;
  readonly user: SystemUser | undefined;
}

/**
 * In a session of its own: a Ctrl-C at the terminal reaches us, and we end the server when nobody
 * needs it any more. What it has to say goes to a file, which stays when we are gone.
 */
export async function startServer(options: ServerOptions): Promise<ChildProcess> {
  const { folder, port, program, user } = options;
  const log = await open(join(folder, "server.log"), "w");
  try {
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(program, ["-D", folder, "-p", String(port), ...flags], {
      ...user,
      cwd: folder,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: { LC_ALL: "C", TZ: "UTC" },
    });
    // Whether it comes up is asked of its port; an error here is a server that never answers.
    child.on("error", () => undefined);
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await promisify((done: () => void) => server.listen(0, "127.0.0.1", done))();
  const address = server.address();
  await promisify((done: (error?: Error) => void) => server.close(done))();
  return typeof address === "object" && address !== null ? address.port : 0;
}
