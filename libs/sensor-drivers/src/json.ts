import { fail, ok, type Result } from "@ballast/kernel";

const depthMax = 8;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object that a message holds; nothing deeper than any sensor speaks. */
export function objectFrom(text: string): Result<JsonObject> {
  const value = jsonFrom(text);
  if (!value.ok) return value;
  return isObject(value.value) ? ok(value.value) : fail("sensor.invalid", "not a JSON object");
}

export function jsonFrom(text: string): Result<unknown> {
  // Before parsing: thousands of open brackets must not cost a stack.
  if (depthOf(text) > depthMax) return fail("sensor.invalid", `nested deeper than ${depthMax}`);
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch {
    return fail("sensor.invalid", "not JSON");
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\" && isInString) index += 1;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && (character === "{" || character === "[")) depth += 1;
    else if (!isInString && (character === "}" || character === "]")) depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** What stands at a path such as `meters.0.power`; undefined where nothing does. */
export function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (Array.isArray(current)) current = current[Number(key)];
    else if (isObject(current) && Object.hasOwn(current, key)) current = current[key];
    else return undefined;
  }
  return current;
}
