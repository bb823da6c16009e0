import { type FaultCode, fail, ok, type Result } from "@ballast/kernel";
import { numberFrom } from "../decode/numbers.ts";
import { parseText } from "../decode/text-reply.ts";
import { decodeJson } from "../decode/tolerant-json.ts";

/** One object of a section; nothing is known of its values yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A reply that reports success (S), information (I) or a warning (W). */
export interface Reply {
  readonly message: string;
  /** The firmware as it names itself in every reply: `cgminer 4.11.1`. */
  readonly description: string;
  /** What came with it, by section: `SUMMARY`, `DEVS`, `POOLS`. Read it with `rowsOf`. */
  readonly sections: Fields;
}

const noFields: Fields = {};

export const rowsOf = (reply: Reply, section: string): readonly Fields[] =>
  listOf(reply.sections[section]).filter(isFields);

export const firstRowOf = (reply: Reply, section: string): Fields =>
  rowsOf(reply, section)[0] ?? noFields;

/** The reply to a single command. */
export function parseReply(bytes: Uint8Array): Result<Reply> {
  const decoded = decode(bytes);
  return decoded.ok ? replyFrom(decoded.value) : decoded;
}

/** The reply to `a+b+c`: one reply for each command, or one refusal for all. */
export function parseJoined<Command extends string>(
  bytes: Uint8Array,
  commands: readonly Command[],
): Result<ReadonlyMap<Command, Result<Reply>>> {
  const decoded = decode(bytes);
  if (!decoded.ok) return decoded;
  const whole = decoded.value;
  if (commands.every((command) => whole[command] === undefined)) {
    const refusal = replyFrom(whole);
    return refusal.ok ? fail("device.unsupported", "answers none of the joined commands") : refusal;
  }
  return ok(
    new Map(
      commands.map((command): [Command, Result<Reply>] => {
        const [part] = listOf(whole[command]);
        return [
          command,
          isFields(part) ? replyFrom(part) : fail("device.garbled", `no ${command}`),
        ];
      }),
    ),
  );
}

const utf8 = new TextDecoder();

/** Words that stand for the mining process being down, sent by the proxy before it. */
const processDown = /socket connect failed|connection refused/i;

function decode(bytes: Uint8Array): Result<Fields> {
  const text = utf8.decode(bytes).trim();
  if (text.startsWith("{")) {
    const json = decodeJson(text);
    if (json === undefined || !isFields(json.value)) return fail("device.garbled", "broken JSON");
    // CGMiner before API 3.0 marks a reply that it had to cut with id 0.
    const isCut = json.repairs.has("truncated") || json.value["id"] === 0;
    return isCut ? fail("device.garbled", "the reply is cut off") : ok(json.value);
  }
  if (/^(?:STATUS|CMD)=/.test(text)) return fieldsFromText(text);
  if (processDown.test(text)) return fail("device.unreachable", "the mining process is down");
  return fail("device.garbled", "neither JSON nor the text form");
}

const sectionOfText: Readonly<Record<string, string>> = {
  POOL: "POOLS",
  ASC: "DEVS",
  PGA: "DEVS",
  GPU: "DEVS",
};

/** Gives a text reply the shape of the JSON one: sections by name, parts of a joined one by command. */
function fieldsFromText(text: string): Result<Fields> {
  const { sections, isTruncated } = parseText(text);
  if (isTruncated) return fail("device.garbled", "the reply is cut off");
  const whole = new Map<string, Fields[]>();
  const parts = new Map<string, Map<string, Fields[]>>();
  let target = whole;
  for (const { name, fields } of sections) {
    if (name === "CMD") {
      target = new Map();
      parts.set(fields["CMD"] ?? "", target);
      continue;
    }
    const section = sectionOfText[name] ?? name;
    target.set(section, [...(target.get(section) ?? []), fields]);
  }
  const joined = [...parts].map(
    ([command, part]) => [command, [Object.fromEntries(part)]] as const,
  );
  return ok(Object.fromEntries<unknown>([...whole, ...joined]));
}

/** What a refusal's number means to us; any other number is a plain refusal. */
const faultOfCode: ReadonlyMap<number, FaultCode> = new Map([
  [14, "device.unsupported"],
  [45, "device.unauthorised"],
  [402, "device.busy"],
]);

function replyFrom(whole: Fields): Result<Reply> {
  const [first] = listOf(whole["STATUS"]);
  // Some firmwares spread the status over the top level instead of giving it a section.
  const status = isFields(first) ? first : whole;
  const message = textOr(status["Msg"], "");
  switch (status["STATUS"]) {
    case "S":
    case "I":
    case "W": {
      const description = textOr(status["Description"], "");
      return ok({ message, description, sections: whole });
    }
    case "E":
    case "F": {
      const code = numberFrom(status["Code"]);
      const fault = (code === undefined ? undefined : faultOfCode.get(code)) ?? "device.refused";
      return fail(fault, `code ${code ?? "unknown"}: ${message}`);
    }
    default:
      return fail("device.garbled", "no status in the reply");
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Where a list has one member, some firmwares leave the brackets out. */
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

const textOr = (value: unknown, otherwise: string): string =>
  typeof value === "string" ? value : otherwise;
