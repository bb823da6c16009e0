/** Whether a subscription covers an address, by the rules of MQTT. */
export function matches(filter: string, address: string): boolean {
  const pattern = filter.split("/");
  const levels = address.split("/");
  for (const [index, expected] of pattern.entries()) {
    if (expected === "#") return true;
    if (levels[index] === undefined) return false;
    if (expected !== "+" && expected !== levels[index]) return false;
  }
  return pattern.length === levels.length;
}
