import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Program } from "./real-server.ts";

/** The path of a program, or undefined where it is not installed. */
export function programOnPath(name: string): string | undefined {
  return programIn(
    [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"],
    name,
  );
}

/** The program of that name in the first folder that has it. */
export const programIn = (folders: readonly string[], name: string): string | undefined =>
  folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/** With the version that it gives itself; programs differ in how they want to be asked. */
export function programAt(
  path: string | undefined,
  versionArgument: string,
  environment: Readonly<Record<string, string>> = {},
): Program | undefined {
  if (path === undefined) return undefined;
  const { stdout, stderr } = spawnSync(path, [versionArgument], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  const [version = "of unknown version"] = /\d+(?:\.\d+)+/.exec(`${stdout}${stderr}`) ?? [];
  return { path, version, environment };
}
