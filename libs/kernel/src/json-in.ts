/** Undefined for a text that is no JSON; a schema refuses that like anything else it does not know. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
