import * as z from "zod";

/** The part of JSON Schema that our schemas come out as. */
export interface JsonSchema {
  readonly type?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
}

/** One line of a table about a schema. */
export interface Field {
  /** From the top: `meters[].state`, `caps.*.capKw`. */
  readonly path: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly isRequired: boolean;
  readonly default: unknown;
  readonly description: string | undefined;
}

/** Units of plain numbers: their names say what they are. */
const silentUnits = ["1", "count", "port", "id", "address", "scale"];

/** The unit for people. */
export function unitInWords({ unit }: Pick<Field, "unit">): string {
  if (unit === undefined || silentUnits.includes(unit)) return "";
  return unit === "at-ms" ? "ms since 1970" : unit;
}

/** As it is written: what has a default may be left out, and what is a secret is a text. */
export const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // Says only that JavaScript counts no further.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }) as JsonSchema;

/** Every field of a schema, depth first, in the order it is declared. */
export const fieldsOf = (schema: z.ZodType): readonly Field[] =>
  childrenOf("", jsonSchemaOf(schema));

function childrenOf(path: string, schema: JsonSchema): readonly Field[] {
  const { properties = {}, required = [], items, additionalProperties: extra } = schema;
  const named = Object.entries(properties).flatMap(([name, child]) =>
    fieldAndChildren(path === "" ? name : `${path}.${name}`, child, required.includes(name)),
  );
  const listed = items === undefined ? [] : childrenOf(`${path}[]`, items);
  const keyed = typeof extra === "object" ? childrenOf(`${path}.*`, extra) : [];
  const branches = branchesOf(schema).flatMap((branch) => childrenOf(path, branch));
  return distinct([...named, ...listed, ...keyed, ...branches]);
}

function fieldAndChildren(path: string, schema: JsonSchema, isRequired: boolean): readonly Field[] {
  const field: Field = {
    path,
    type: typeOf(schema),
    unit: unitOf(schema),
    isRequired: isRequired && schema.default === undefined,
    default: schema.default,
    description: schema.description,
  };
  return [field, ...childrenOf(path, schema)];
}

const branchesOf = ({ anyOf = [], oneOf = [], allOf = [] }: JsonSchema): readonly JsonSchema[] => [
  ...anyOf,
  ...oneOf,
  ...allOf,
];

function unitOf(schema: JsonSchema): string | undefined {
  const { unit, items, additionalProperties: extra } = schema;
  if (unit !== undefined) return unit;
  const inner = [items, typeof extra === "object" ? extra : undefined, ...branchesOf(schema)];
  return inner.flatMap((child) => (child === undefined ? [] : (unitOf(child) ?? []))).at(0);
}

/** In words a reader of a table understands. */
function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => String(value)).join(" | ");
  if (schema.type === "array") return `${schema.items ? typeOf(schema.items) : "any"}[]`;
  if (typeof schema.additionalProperties === "object") {
    return `map of ${typeOf(schema.additionalProperties)}`;
  }
  const branches = branchesOf(schema);
  if (branches.length > 0) return [...new Set(branches.map(typeOf))].join(" | ");
  return schema.type ?? "any";
}

/** The same field in several branches of a choice is one line; its kinds are put together. */
function distinct(fields: readonly Field[]): readonly Field[] {
  const byPath = new Map<string, Field>();
  for (const field of fields) {
    const known = byPath.get(field.path);
    const type =
      known === undefined || known.type.split(" | ").includes(field.type)
        ? (known?.type ?? field.type)
        : `${known.type} | ${field.type}`;
    byPath.set(field.path, { ...(known ?? field), type });
  }
  return [...byPath.values()];
}
