import { type Field, unitInWords } from "@ballast/gen";
import type { Decoded } from "./decode.ts";

const rawLengthMax = 200;

export interface Seen {
  readonly receivedAtMs: number;
  readonly address: string;
  readonly text: string;
  readonly isRetained: boolean;
  readonly decoded: Decoded;
}

/** One message on one line: when it came, where, how old it is, and what it says. */
export function lineOf({ receivedAtMs, address, text, isRetained, decoded }: Seen): string {
  const start = `${clockTime(receivedAtMs)}  ${address.replace("ballast/v1/", "")}`;
  switch (decoded.kind) {
    case "valid": {
      const age = `${(decoded.ageMs / 1_000).toFixed(2)} s old`;
      const notes = [age, ...(isRetained ? ["kept"] : []), ...(decoded.isStale ? ["STALE"] : [])];
      return `${start}  (${notes.join(", ")})  ${valuesOf(decoded.payload, decoded.fields)}`;
    }
    case "taken-back":
      return `${start}  (taken back)`;
    case "invalid":
      return `${start}  INVALID: ${decoded.problem}  ${text.slice(0, rawLengthMax)}`;
  }
}

/** The same for programs. */
export function jsonLineOf({ receivedAtMs, address, text, isRetained, decoded }: Seen): string {
  const { kind } = decoded;
  const start = { receivedAtMs, address, kind, isRetained };
  if (decoded.kind === "invalid") {
    return JSON.stringify({ ...start, problem: decoded.problem, text });
  }
  if (decoded.kind === "taken-back") return JSON.stringify(start);
  const { ageMs, isStale, payload } = decoded;
  return JSON.stringify({ ...start, ageMs, isStale, payload });
}

/** In UTC, like everything that a site writes down. */
const clockTime = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23);

const valuesOf = (payload: Readonly<Record<string, unknown>>, fields: readonly Field[]): string =>
  Object.entries(payload)
    .filter(([name]) => name !== "atMs") // Told as the age.
    .map(([name, value]) => {
      const field = fields.find(({ path }) => path === name);
      return `${name} ${valueInWords(value, field)}`;
    })
    .join("  ");

function valueInWords(value: unknown, field: Field | undefined): string {
  if (typeof value === "string") return value.includes(" ") ? JSON.stringify(value) : value;
  if (typeof value !== "number") return JSON.stringify(value);
  if (field?.unit === "at-ms") return new Date(value).toISOString();
  return field === undefined ? `${value}` : `${value} ${unitInWords(field)}`.trimEnd();
}
