import { readFile } from "node:fs/promises";
import { fail, ok, type Result } from "@ballast/kernel";

/** A file that a setting names. Fails with `storage.failed`; the detail says why. */
export async function readText(path: string): Promise<Result<string>> {
  try {
    return ok(await readFile(path, "utf8"));
  } catch (error) {
    return fail("storage.failed", error instanceof Error ? error.message : String(error));
  }
}
