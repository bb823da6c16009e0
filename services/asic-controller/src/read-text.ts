import { readFile } from "node:fs/promises";
import { fail, ok, type Result } from "@ballast/kernel";

export async function readText(path: string): Promise<Result<string>> {
  try {
    return ok(await readFile(path, "utf8"));
  } catch (error) {
    return fail("config.invalid", error instanceof Error ? error.message : String(error));
  }
}
