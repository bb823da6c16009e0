import type { Random } from "@ballast/kernel";
import type { Misbehaviour } from "@ballast/sim-plant";

/** More than any client should be willing to hold. */
const oversizedBytes = 2 * 1_024 * 1_024;
const endlessReply = new TextEncoder().encode(
  `{"STATUS":[{"STATUS":"S","Msg":"${"x".repeat(oversizedBytes)}`,
);

/** What becomes of a proper reply on the wire of a miner that misbehaves there. */
export function overWire(
  whole: Uint8Array,
  misbehaviour: Misbehaviour,
  random: Random,
): Uint8Array {
  switch (misbehaviour) {
    case "garbling":
      return garbled(whole, random);
    case "truncating":
      // The NUL and the last bracket are always missing, as when the server gives up on sending.
      return whole.subarray(0, random.integer(1, whole.length - 2));
    case "oversized":
      return endlessReply;
    case "wrong-types":
      return withWrongTypes(whole);
    case "none":
    case "lying":
    case "slow":
    case "deaf":
    case "hung":
      return whole;
  }
}

/** Bytes of any value from a random place on, as from a serial line that lost its rhythm. */
function garbled(whole: Uint8Array, random: Random): Uint8Array {
  const startsAt = random.integer(0, Math.floor(whole.length / 2));
  return whole.map((byte, index) => (index < startsAt ? byte : random.integer(1, 255)));
}

/** Every value is of a type that it should not be. Names stay, the reply still parses. */
function withWrongTypes(whole: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(whole);
  const isEnded = text.endsWith("\0");
  const mistyped = mistype(JSON.parse(isEnded ? text.slice(0, -1) : text));
  return new TextEncoder().encode(`${JSON.stringify(mistyped)}${isEnded ? "\0" : ""}`);
}

function mistype(value: unknown): unknown {
  if (typeof value === "number") return ["unknown", value];
  if (typeof value === "string") return { text: value };
  if (typeof value === "boolean") return "maybe";
  if (Array.isArray(value)) return value.map(mistype);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      // The status stays readable: otherwise nothing behind it would ever be looked at.
      name === "STATUS" ? [name, member] : [name, mistype(member)],
    ),
  );
}
