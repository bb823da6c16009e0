import { type Document, parseDocument } from "yaml";
import * as z from "zod";
import { CommonSite, commonSections, type SiteIdentity } from "./site.ts";

/** One sentence for each thing that is wrong, each with its path and what is allowed there. */
export type Problems = readonly string[];
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: Problems };

export interface SiteFile {
  readonly common: CommonSite;
  /** Checked sections by service name. */
  readonly sections: Readonly<Record<string, unknown>>;
}

/** Of any service: what it takes and gives beyond its section does not matter here. */
interface AnyDefinition {
  readonly name: string;
  readonly config: z.ZodType;
  readonly environment?: Readonly<Record<string, string>>;
  check?(config: never, site: SiteIdentity): readonly string[];
}

/** Reads a whole site file. Nothing is started while anything in it is wrong. */
export function readSiteFile(
  yaml: string,
  services: readonly AnyDefinition[],
  allServices: readonly string[] = services.map(({ name }) => name),
  variables: Readonly<Record<string, string | undefined>> = {},
): Checked<SiteFile> {
  const document = parseDocument(yaml, { prettyErrors: true });
  if (document.errors.length > 0) {
    return { ok: false, problems: document.errors.map(({ message }) => message.trim()) };
  }
  const root = contentOf(document);
  if (root === undefined) {
    return { ok: false, problems: ["The site file must hold sections such as `site:`."] };
  }
  const sections: Record<string, unknown> = {};
  const problems: string[] = [];
  const known = [...Object.keys(commonSections), ...allServices];
  for (const key of Object.keys(root).filter((key) => !known.includes(key))) {
    problems.push(`${key}: is no section of a site file; known are ${known.join(", ")}.`);
  }
  const common = CommonSite.safeParse(root);
  if (!common.success) problems.push(...sentences(common.error, CommonSite, root, []));
  for (const { name, config, check, environment = {} } of services) {
    const section = withVariables(root[name] ?? {}, environment, variables);
    const parsed = config.safeParse(section);
    if (!parsed.success) {
      problems.push(...sentences(parsed.error, config, section, [name]));
      continue;
    }
    sections[name] = parsed.data;
    if (!common.success || check === undefined) continue;
    // The check belongs to the very schema that made this value.
    const contradictions = check(parsed.data as never, common.data.site);
    problems.push(...contradictions.map((sentence) => `${name}: ${sentence}.`));
  }
  return common.success && problems.length === 0
    ? { ok: true, value: { common: common.data, sections } }
    : { ok: false, problems };
}

/** What the environment says counts more than the file: whoever starts the program knows better. */
function withVariables(
  section: unknown,
  environment: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string | undefined>>,
): unknown {
  if (!isRecord(section)) return section;
  const given = Object.entries(environment).flatMap(([setting, variable]) => {
    const value = variables[variable];
    return value === undefined || value === "" ? [] : [[setting, value] as const];
  });
  return { ...section, ...Object.fromEntries(given) };
}

/** Aliases without an anchor, or aliases that would blow up, show only here. */
function contentOf(document: Document): Record<string, unknown> | undefined {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    return isRecord(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function sentences(
  error: z.ZodError,
  schema: z.ZodType,
  input: unknown,
  prefix: readonly string[],
): Problems {
  const description = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return error.issues.map((issue) => {
    const path = [...prefix, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      const known = Object.keys(descend(description, issue.path)?.properties ?? {});
      const keys = issue.keys.map((key) => `"${key}"`).join(", ");
      return `${path || "site file"}: does not know ${keys}; known here are ${known.join(", ")}.`;
    }
    const { description: meaning, isSecret } = descend(description, issue.path) ?? {};
    const got = isSecret === true ? "a secret" : shown(valueAt(input, issue.path));
    const rule = issue.message.replace(/^Invalid input: /, "");
    return `${path || "site file"}: ${rule}; found ${got}.${meaning === undefined ? "" : ` ${meaning}`}`;
  });
}

const shownLengthMax = 60;

/** What the file has there, without the password that an address in it may carry. */
const shown = (found: unknown): string | undefined =>
  found === undefined
    ? "nothing"
    : JSON.stringify(found)
        ?.replaceAll(/\/\/[^\s"]*@/g, "//[secret]@")
        .slice(0, shownLengthMax);

interface Description {
  readonly description?: string;
  readonly isSecret?: boolean;
  readonly properties?: Readonly<Record<string, Description>>;
  readonly items?: Description;
  readonly anyOf?: readonly Description[];
  readonly additionalProperties?: Description | boolean;
}

/** The schema's own words at a path, where it has any. */
function descend(schema: unknown, path: readonly PropertyKey[]): Description | undefined {
  let current = schema as Description | undefined;
  for (const key of path) {
    const branches = current?.anyOf ?? (current === undefined ? [] : [current]);
    current = branches
      .map((branch) => {
        if (typeof key === "number") return branch.items;
        const extra = branch.additionalProperties;
        return branch.properties?.[String(key)] ?? (typeof extra === "object" ? extra : undefined);
      })
      .find((child) => child !== undefined);
  }
  return current;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let current = input;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}
