import * as z from "zod";

/** A string that only `reveal()` shows: not logs, not JSON, not the debugger, not an error. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** A configuration field that becomes a `Secret` the moment it is read. */
export const secret = (description: string) =>
  z
    .string()
    .min(1)
    .meta({ description, isSecret: true })
    .transform((value) => new Secret(value));
