import { type AnyTable, type ColumnType, columnName } from "./tables.ts";

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const qualified = ({ name }: AnyTable): string => `ballast.${quoted(name)}`;

/** As JSON has it; an instant is a whole number there. */
const jsonType = (type: ColumnType): string => (type === "instant" ? "bigint" : type);

const fieldsOf = ({ columns }: AnyTable) =>
  Object.entries(columns).map(([field, type]) => ({
    field: quoted(field),
    column: quoted(columnName(field, type)),
    type,
  }));

/**
 * Takes all records of one kind as one JSON array: one plan and one parameter for any number of rows.
 * Twice the same record is one row, so a batch whose answer was lost can be sent again.
 */
export function insertStatement(table: AnyTable): string {
  const fields = fieldsOf(table);
  const key = table.isPartitioned ? `"id", "at"` : `"id"`;
  const values = fields.map(({ field, type }) =>
    type === "instant" ? `to_timestamp(r.${field} / 1000.0)` : `r.${field}`,
  );
  return [
    `insert into ${qualified(table)} as t (${fields.map(({ column }) => column).join(", ")})`,
    `select ${values.join(", ")}`,
    `from jsonb_to_recordset($1::jsonb) as r(${fields.map(({ field, type }) => `${field} ${jsonType(type)}`).join(", ")})`,
    `on conflict (${key}) ${onConflict(table)}`,
  ].join("\n");
}

function onConflict(table: AnyTable): string {
  const { columns, newerBy } = table;
  const type = newerBy === undefined ? undefined : columns[newerBy];
  if (newerBy === undefined || type === undefined) return "do nothing";
  const rank = quoted(columnName(newerBy, type));
  const changes = fieldsOf(table)
    .filter(({ field }) => field !== '"id"' && field !== '"atMs"')
    .map(({ column }) => `${column} = excluded.${column}`);
  return `do update set ${changes.join(", ")} where excluded.${rank} > t.${rank}`;
}

/** Rows as the records they came from. What is not there is left out, not null. */
export function selectRecords(
  table: AnyTable,
  conditions: readonly string[],
  isNewestFirst: boolean,
): string {
  const direction = isNewestFirst ? "desc" : "asc";
  const pairs = fieldsOf(table).map(({ field, column, type }) => {
    const value =
      type === "instant" ? `round(extract(epoch from t.${column}) * 1000)::bigint` : `t.${column}`;
    return `'${field.slice(1, -1)}', ${value}`;
  });
  return [
    `select jsonb_strip_nulls(jsonb_build_object('kind', '${table.kind}', ${pairs.join(", ")})) as record`,
    `from ${qualified(table)} t`,
    ...(conditions.length === 0 ? [] : [`where ${conditions.join(" and ")}`]),
    `order by t.at ${direction}, t.id ${direction}`,
  ].join("\n");
}
