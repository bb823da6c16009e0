import type { Manifest, WorkspacePackage } from "@ballast/structure";

const exactVersion = /^\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?$/;

/** What every package says of itself in the same way. */
export function manifestProblems({ folder, manifest }: WorkspacePackage): readonly string[] {
  const expected: readonly (readonly [keyof Manifest, unknown])[] = [
    ["name", `@ballast/${folder.split("/").at(-1)}`],
    ["private", true],
    ["license", "Apache-2.0"],
    ["type", "module"],
  ];
  const wrong = expected
    .filter(([key, value]) => manifest[key] !== value)
    .map(([key, value]) => `${key} must be ${value}`);
  const described = (manifest.description ?? "").length >= 20 ? [] : ["description is missing"];
  return [...wrong, ...described, ...versionProblems(manifest)];
}

/** Ours come from the workspace; those of others are pinned, so that a site never drifts. */
export function versionProblems(manifest: Manifest): readonly string[] {
  return Object.entries(dependenciesOf(manifest))
    .filter(([name, version]) =>
      name.startsWith("@ballast/") ? version !== "workspace:*" : !exactVersion.test(version),
    )
    .map(([name, version]) => `${name} has no exact version: ${version}`);
}

/** One version of everything, in the whole repository. */
export function conflictingVersions(manifests: readonly Manifest[]): readonly string[] {
  const versionsOf = new Map<string, Set<string>>();
  for (const [name, version] of manifests.flatMap((each) => Object.entries(dependenciesOf(each)))) {
    versionsOf.set(name, (versionsOf.get(name) ?? new Set()).add(version));
  }
  return [...versionsOf]
    .filter(([, versions]) => versions.size > 1)
    .map(([name, versions]) => `${name}: ${[...versions].join(", ")}`);
}

/** What a package uses and does not declare, or declares and does not use. */
export function dependencyProblems(
  { name, dependencies = {} }: Manifest,
  used: ReadonlySet<string>,
): readonly string[] {
  const declared = Object.keys(dependencies);
  const missing = [...used].filter((each) => each !== name && !declared.includes(each));
  const idle = declared.filter((each) => !used.has(each));
  return [
    ...missing.map((each) => `${each} is used and not declared`),
    ...idle.map((each) => `${each} is declared and not used`),
  ];
}

/** What tests may use is declared as well, here or for the whole repository. */
export const undeclaredInTests = (
  manifest: Manifest,
  root: Manifest,
  used: ReadonlySet<string>,
): readonly string[] => {
  const declared = Object.keys({ ...dependenciesOf(root), ...dependenciesOf(manifest) });
  return [...used].filter((each) => each !== manifest.name && !declared.includes(each));
};

const dependenciesOf = ({ dependencies, devDependencies }: Manifest): Record<string, string> => ({
  ...devDependencies,
  ...dependencies,
});
