import { hashText } from "./random.ts";

const checksumLength = 8;

const checksumOf = (body: string): string =>
  hashText(body).toString(16).padStart(checksumLength, "0");

/** `1f3a9c02 {"kind":"off",…}`: one line that people can read, and that proves to be whole. */
export const frameLine = (body: string): string => `${checksumOf(body)} ${body}\n`;

/** What `frameLine` was given; undefined for a line that is torn or spoiled. No line break here. */
export function bodyOfLine(line: string): string | undefined {
  const body = line.slice(checksumLength + 1);
  return line.slice(0, checksumLength + 1) === `${checksumOf(body)} ` ? body : undefined;
}
