import { matches } from "@ballast/bus";

/**
 * Which addresses are wanted: a part of the address, or an MQTT filter where there is a wildcard.
 * Both may leave out the `ballast/v1/` that all addresses share.
 */
export function isWanted(filter: string | undefined, address: string): boolean {
  if (filter === undefined) return true;
  if (!/[+#]/.test(filter)) return address.includes(filter);
  return matches(filter, address) || matches(filter, address.replace("ballast/v1/", ""));
}
