import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseText } from "./text-reply.ts";

test("sections, fields and escapes", () => {
  const sent = String.raw`STATUS=S,When=1790000000,Code=7,Msg=1 Pool(s)|POOL=0,URL=stratum+tcp://p:3333,User=a\,b\|c\=d\\e,Note=x=y|`;
  expect(parseText(`${sent}\0`)).toEqual({
    isTruncated: false,
    sections: [
      { name: "STATUS", fields: { STATUS: "S", When: "1790000000", Code: "7", Msg: "1 Pool(s)" } },
      {
        name: "POOL",
        fields: {
          POOL: "0",
          URL: "stratum+tcp://p:3333",
          User: String.raw`a,b|c=d\e`,
          Note: "x=y",
        },
      },
    ],
  });
});

test("a section without a value has only a name", () => {
  expect(parseText("SUMMARY,Elapsed=12|").sections).toEqual([
    { name: "SUMMARY", fields: { Elapsed: "12" } },
  ]);
});

test("a part without its end is left out and reported", () => {
  const cut = parseText("STATUS=S,Code=11|SUMMARY,Elapsed=1");
  expect(cut.isTruncated).toBe(true);
  expect(cut.sections.map(({ name }) => name)).toEqual(["STATUS"]);
});

test("escaped text comes back as it was, and nothing makes it throw", () => {
  fc.assert(
    fc.property(
      fc.string().map((text) => text.replaceAll("\0", "")),
      (text) => {
        const escaped = text.replaceAll(/[\\|,=]/g, "\\$&");
        expect(parseText(`A=${escaped}|`).sections).toEqual([{ name: "A", fields: { A: text } }]);
        expect(() => parseText(text)).not.toThrow();
      },
    ),
  );
});
