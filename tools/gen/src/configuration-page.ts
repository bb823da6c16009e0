import { commonSections } from "@ballast/runtime";
import type * as z from "zod";
import { type Field, fieldsOf, unitInWords } from "./fields.ts";
import { code, page, table } from "./markdown.ts";
import type { ServiceFacts } from "./services.ts";

export const configurationPage = (services: readonly ServiceFacts[]): string =>
  page(
    "Configuration",
    "Every setting of the site file. Keys that are not here are refused, and nothing starts while " +
      "a setting is wrong.",
    ...Object.entries(commonSections).map(([name, schema]) => section(name, undefined, schema)),
    ...services.map(({ name, summary, config }) => section(name, summary, config)),
  );

function section(name: string, summary: string | undefined, schema: z.ZodType): string {
  const rows = fieldsOf(schema).map((field) => [
    code(field.path),
    field.type,
    defaultInWords(field),
    unitInWords(field),
    field.description,
  ]);
  const heads = ["Setting", "Type", "Default", "Unit", "Meaning"];
  return [`## ${name}`, ...(summary ? [summary] : []), table(heads, rows)].join("\n\n");
}

/** As it is written in the site file; in bold where nothing stands in for it. */
export function defaultInWords({ default: value, isRequired }: Field): string {
  if (value !== undefined) return code(JSON.stringify(value));
  return isRequired ? "**required**" : "";
}
