import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for the journals of one measurement. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "ballast-bench-"));
  chmodSync(path, 0o755); // The database runs as another user where we are root.
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
