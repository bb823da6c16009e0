/** What was wrong with a reply, and what was done about it. */
export type Repair =
  | "missing-comma"
  | "extra-comma"
  | "not-a-number"
  | "control-character"
  | "bad-escape"
  | "leading-zero"
  | "bracketed-object"
  | "truncated";

export interface DecodedJson {
  readonly value: unknown;
  /** Empty for proper JSON. With `truncated` in it, the value is good for people only. */
  readonly repairs: ReadonlySet<Repair>;
}

const depthMax = 64;
const none: ReadonlySet<Repair> = new Set();

/**
 * Reads JSON as miners write it. Only structure is mended, between tokens: the text inside a string
 * always comes out as it was sent. Undefined: beyond the known mistakes.
 */
export function decodeJson(text: string): DecodedJson | undefined {
  const clean = text.includes("\0") ? text.replaceAll("\0", "") : text;
  try {
    return { value: JSON.parse(clean), repairs: none };
  } catch {
    return decodeTolerantly(clean);
  }
}

/** The slow way, which gives the same as `JSON.parse` where that succeeds with an object or array. */
export function decodeTolerantly(text: string): DecodedJson | undefined {
  const reader = new TolerantReader(text);
  const value = reader.document();
  return value === broken ? undefined : { value, repairs: reader.repairs };
}

const broken = Symbol("not mendable");
/** The text ended within the value; what was read of it must not be used. */
const cut = Symbol("cut off");

const token = /[-+.\w]+/y;
const number = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const leadingZero = /^-?0\d/;
const notANumber = /^[-+]?(?:inf|infinity|nan)$/i;
const literals: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const escapes: ReadonlyMap<string, string> = new Map(
  Object.entries({ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }),
);
const fourHexDigits = /[0-9a-fA-F]{4}/y;

class TolerantReader {
  readonly repairs = new Set<Repair>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const first = this.#peek();
    if (first !== "{" && first !== "[") return broken;
    const value = this.#value(0);
    return this.#peek() === "" ? value : broken;
  }

  /** The next character that is not white space; empty at the end. */
  #peek(): string {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text.charAt(this.#at);
      if (character !== " " && character !== "\n" && character !== "\r" && character !== "\t") {
        return character;
      }
    }
    return "";
  }

  #value(depth: number): unknown {
    if (depth > depthMax) return broken;
    switch (this.#peek()) {
      case "":
        return this.#cut();
      case "{":
        this.#at += 1;
        return this.#members("}", depth);
      case "[":
        this.#at += 1;
        return this.#items(depth);
      case '"':
        return this.#string();
      default:
        return this.#token();
    }
  }

  #items(depth: number): unknown {
    const startsAt = this.#at;
    const items: unknown[] = [];
    for (let isAfterItem = false; ; isAfterItem = true) {
      const step = this.#separator("]", isAfterItem, items.length === 0);
      if (step === "end") return items;
      const item = step === broken ? broken : this.#value(depth + 1);
      if (item === broken) return broken;
      if (item === cut) return items;
      items.push(item);
      if (items.length === 1 && typeof item === "string" && this.#peek() === ":") {
        this.repairs.add("bracketed-object");
        this.#at = startsAt;
        return this.#members("]", depth);
      }
    }
  }

  #members(close: "}" | "]", depth: number): unknown {
    const members: [string, unknown][] = [];
    for (let isAfterItem = false; ; isAfterItem = true) {
      const step = this.#separator(close, isAfterItem, members.length === 0);
      if (step === "end") break;
      if (step === broken || this.#peek() !== '"') return broken;
      const key = this.#string();
      if (typeof key !== "string") break;
      const colon = this.#peek();
      if (colon === "") this.#cut();
      if (colon === "") break;
      if (colon !== ":") return broken;
      this.#at += 1;
      const value = this.#value(depth + 1);
      if (value === broken) return broken;
      if (value === cut) break;
      members.push([key, value]);
    }
    return Object.fromEntries(members);
  }

  /** Goes past commas to the next item, or past the closing bracket to the `end`. */
  #separator(
    close: string,
    isAfterItem: boolean,
    isEmpty: boolean,
  ): "item" | "end" | typeof broken {
    let isCommaDue = isAfterItem;
    for (;;) {
      const character = this.#peek();
      if (character === "") {
        this.#cut();
        return "end";
      }
      if (character === close) {
        if (!isCommaDue && !isEmpty) this.repairs.add("extra-comma");
        this.#at += 1;
        return "end";
      }
      if (character !== ",") {
        if (!isCommaDue) return "item";
        // Seen before brackets and strings only; two bare words in a row are something else.
        if (character !== "{" && character !== "[" && character !== '"') return broken;
        this.repairs.add("missing-comma");
        return "item";
      }
      if (!isCommaDue) this.repairs.add("extra-comma");
      isCommaDue = false;
      this.#at += 1;
    }
  }

  #token(): unknown {
    token.lastIndex = this.#at;
    const word = token.exec(this.#text)?.[0];
    if (word === undefined) return broken;
    this.#at += word.length;
    // Where the text ends, nobody can tell 12 from the beginning of 123.
    if (this.#at === this.#text.length) return this.#cut();
    if (number.test(word)) {
      if (leadingZero.test(word)) this.repairs.add("leading-zero");
      return Number(word);
    }
    const literal = literals.get(word);
    if (literal !== undefined) return literal;
    if (!notANumber.test(word)) return broken;
    this.repairs.add("not-a-number");
    return null;
  }

  #string(): string | typeof cut {
    let content = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text.charAt(this.#at);
      if (character === '"') {
        this.#at += 1;
        return content;
      }
      if (character < " ") this.repairs.add("control-character");
      content += character === "\\" ? this.#escape() : character;
    }
    return this.#cut();
  }

  /** Leaves the position on the last character of the escape. */
  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    if (letter === "u") {
      fourHexDigits.lastIndex = this.#at + 2;
      const digits = fourHexDigits.exec(this.#text)?.[0];
      if (digits !== undefined) {
        this.#at += 5;
        return String.fromCharCode(Number.parseInt(digits, 16));
      }
    }
    const meant = escapes.get(letter);
    if (meant === undefined) {
      this.repairs.add("bad-escape");
      return "\\"; // The backslash meant itself.
    }
    this.#at += 1;
    return meant;
  }

  #cut(): typeof cut {
    this.repairs.add("truncated");
    this.#at = this.#text.length;
    return cut;
  }
}
