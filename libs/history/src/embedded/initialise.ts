import { execFile } from "node:child_process";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { errorText } from "../error-code.ts";
import { giveTo, type SystemUser } from "./system-user.ts";

export const superuser = "ballast";
const initialiseTimeoutMs = 120_000;

export interface InitialiseOptions {
  readonly program: string;
  readonly folder: string;
  readonly password: string;
  readonly user: SystemUser | undefined;
}

export const isInitialised = (folder: string): Promise<boolean> =>
  stat(`${folder}/PG_VERSION`).then(
    () => true,
    () => false,
  );

/** All or nothing: a folder that a crash left half made never gets the name. */
export async function initialise(options: InitialiseOptions): Promise<void> {
  const { folder, password, program, user } = options;
  const draft = `${folder}.draft`;
  const passwordFile = `${folder}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await giveTo(user, draft);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await giveTo(user, passwordFile);
  const flags = [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-instructions",
  ];
  try {
    await promisify(execFile)(program, flags, {
      ...user,
      cwd: draft,
      env: { LC_ALL: "C" },
      timeout: initialiseTimeoutMs,
    });
    await rename(draft, folder);
  } catch (error) {
    throw new Error(complaintOf(error));
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** What the program itself said, rather than the line that it was called with. */
function complaintOf(error: unknown): string {
  const said =
    typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr) : "";
  const complaint = said.split("\n").find((line) => line.includes("error"));
  return complaint ?? errorText(error);
}
