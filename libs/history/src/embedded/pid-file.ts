import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { errorCode } from "../error-code.ts";

/** What a server says of itself while it runs: `postmaster.pid` in its data folder. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
}

const pathIn = (folder: string): string => join(folder, "postmaster.pid");

export async function readPidFile(folder: string): Promise<PidFile | undefined> {
  const text = await readFile(pathIn(folder), "utf8").catch(() => "");
  const lines = text.split("\n");
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return Number.isInteger(pid) && pid > 1 && Number.isInteger(port) ? { pid, port } : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/**
 * After a crash the number may belong to another program by now, and PostgreSQL would refuse to start
 * for its sake. The file is removed only when it is certain that no server of this folder has it.
 */
export async function removeStalePidFile(folder: string): Promise<void> {
  const file = await readPidFile(folder);
  if (file === undefined) return;
  const isServer = isAlive(file.pid) && (await commandOf(file.pid))?.includes("postgres") !== false;
  if (!isServer) await rm(pathIn(folder), { force: true });
}

/** Undefined where it cannot be told. */
async function commandOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  if (line !== undefined) return line;
  const listed = await promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).catch(
    () => undefined,
  );
  return listed?.stdout;
}
