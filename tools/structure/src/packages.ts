import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One folder of the workspace that holds a `package.json`. */
export interface WorkspacePackage {
  /** From the top of the repository, with `/`: `libs/kernel`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const workspaceFolders = ["libs", "services", "tools"] as const;

/** Every package of the workspace, sorted by folder. */
export function workspacePackages(root: string): readonly WorkspacePackage[] {
  return workspaceFolders.flatMap((parent) =>
    foldersIn(join(root, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(root, folder, "package.json")))
      .map((folder) => ({
        folder,
        manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")),
      })),
  );
}

/** Names of the folders inside a folder, sorted; none where it does not exist. */
export function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
