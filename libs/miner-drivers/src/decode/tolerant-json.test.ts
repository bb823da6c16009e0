import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeJson, decodeTolerantly, type Repair } from "./tolerant-json.ts";

const cases: readonly {
  readonly name: string;
  readonly sent: string;
  readonly value: unknown;
  readonly repairs: readonly Repair[];
}[] = [
  { name: "NUL behind the body", sent: '{"a":1}\0', value: { a: 1 }, repairs: [] },
  { name: "NUL inside the body", sent: '{"a"\0:1}', value: { a: 1 }, repairs: [] },
  {
    name: "no comma between members",
    sent: '{"STATS":[{"a":1}{"b":2}]}',
    value: { STATS: [{ a: 1 }, { b: 2 }] },
    repairs: ["missing-comma"],
  },
  {
    name: "no comma between text and a name",
    sent: '{"temp":"0""temp0":31.5}',
    value: { temp: "0", temp0: 31.5 },
    repairs: ["missing-comma"],
  },
  {
    name: "a comma first",
    sent: '[,{"a":1}]',
    value: [{ a: 1 }],
    repairs: ["extra-comma"],
  },
  {
    name: "a comma last, in an object and in a list",
    sent: '{"a":[1,],}',
    value: { a: [1] },
    repairs: ["extra-comma"],
  },
  {
    name: "numbers that are none",
    sent: '{"a":inf,"b":-inf,"c":nan,"d":NaN,"e":-Infinity}',
    value: { a: null, b: null, c: null, d: null, e: null },
    repairs: ["not-a-number"],
  },
  {
    name: "raw control characters in text",
    sent: '{"Msg":"one\ntwo\tthree\r"}',
    value: { Msg: "one\ntwo\tthree\r" },
    repairs: ["control-character"],
  },
  {
    name: "escapes that are none",
    sent: String.raw`{"User":"farm\.rig\1\u12"}`,
    value: { User: String.raw`farm\.rig\1\u12` },
    repairs: ["bad-escape"],
  },
  {
    name: "leading zeros",
    sent: '{"a":007,"b":-00.5}',
    value: { a: 7, b: -0.5 },
    repairs: ["leading-zero"],
  },
  {
    name: "an object in square brackets",
    sent: '{"error_code":["541":"2026-01-02","612":"2026-01-03",],"a":1}',
    value: { error_code: { "541": "2026-01-02", "612": "2026-01-03" }, a: 1 },
    repairs: ["bracketed-object", "extra-comma"],
  },
  {
    name: "a tail cut off in a number",
    sent: '{"a":[{"b":1,"c":2},{"b":12',
    value: { a: [{ b: 1, c: 2 }, {}] },
    repairs: ["truncated"],
  },
  {
    name: "a tail cut off in text, in a name, and before a value",
    sent: '{"a":["x","y',
    value: { a: ["x"] },
    repairs: ["truncated"],
  },
  { name: "a tail cut off in a name", sent: '{"a":1,"b', value: { a: 1 }, repairs: ["truncated"] },
  {
    name: "a tail cut off before a value",
    sent: '{"a":1,"b":',
    value: { a: 1 },
    repairs: ["truncated"],
  },
];

describe("known mistakes", () => {
  test.each(cases)("$name", ({ sent, value, repairs }) => {
    const decoded = decodeJson(sent);
    expect(decoded?.value).toEqual(value);
    expect([...(decoded?.repairs ?? [])].sort()).toEqual([...repairs].sort());
  });

  test("every kind of repair has a case", () => {
    const all: Readonly<Record<Repair, true>> = {
      "missing-comma": true,
      "extra-comma": true,
      "not-a-number": true,
      "control-character": true,
      "bad-escape": true,
      "leading-zero": true,
      "bracketed-object": true,
      truncated: true,
    };
    const seen = new Set(cases.flatMap(({ repairs }) => repairs));
    expect([...seen].sort()).toEqual(Object.keys(all).sort());
  });

  test("structure in text stays text while the structure around it is mended", () => {
    const user = 'a}{b ,] inf nan 007 [,{ ":" \\\\ "';
    const sent = `[{"User":${JSON.stringify(user)}}{"n":inf}]`;
    expect(decodeJson(sent)?.value).toEqual([{ User: user }, { n: null }]);
  });

  test.each([
    "",
    "Socket connect failed: Connection refused",
    "<html></html>",
    '{"a":1}}',
    '{"a":1} {"b":2}',
    '{"a":[1}',
    '{"a":1 2}',
    "{a:1}",
    '{"a":truth}',
    '{"a":0x10}',
    `${"[".repeat(1_000)}1,`,
  ])("is not mended: %p", (sent) => {
    expect(decodeJson(sent)).toBeUndefined();
  });

  test("a name of the language's own does no harm", () => {
    const decoded = decodeTolerantly('{"__proto__":{"isAdmin":true},}');
    expect(Object.getPrototypeOf(decoded?.value)).toBe(Object.prototype);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
});

describe("anything", () => {
  const containers = fc
    .jsonValue({ maxDepth: 5 })
    .filter((value) => typeof value === "object" && value !== null);

  test("proper JSON comes out as JSON.parse gives it, without repairs", () => {
    fc.assert(
      fc.property(containers, fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const decoded = decodeTolerantly(text);
        expect(decoded?.value).toEqual(JSON.parse(text));
        expect(decoded?.repairs.size).toBe(0);
      }),
    );
  });

  test("no input makes it throw", () => {
    const soup = fc.string({
      unit: fc.constantFrom(...'{}[]",:\\0123-.eEtruefalsnuinf \n\0'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), soup), (text) => {
        const decoded = decodeJson(text);
        expect(decoded === undefined || "value" in decoded).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("what is cut anywhere says so, and holds no text or number that was not sent whole", () => {
    const leaves = (value: unknown): readonly unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];
    fc.assert(
      fc.property(
        containers,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (value, share) => {
          const text = JSON.stringify(value);
          const decoded = decodeJson(text.slice(0, Math.floor(text.length * share)));
          if (decoded === undefined) return;
          expect(decoded.repairs.has("truncated")).toBe(true);
          const sent = new Set(leaves(JSON.parse(text)).map((leaf) => JSON.stringify(leaf)));
          for (const leaf of leaves(decoded.value)) expect(sent).toContain(JSON.stringify(leaf));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("text is never edited, whatever is mended around it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, two) => {
        const sent = `{"a":[,${JSON.stringify(one)}${JSON.stringify(two)},],"n":nan}`;
        expect(decodeJson(sent)?.value).toEqual({ a: [one, two], n: null });
      }),
    );
  });
});
