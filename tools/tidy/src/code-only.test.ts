import { describe, expect, test } from "@jest/globals";
import { codeOnly } from "./code-only.ts";

/** `<` and `>` stand for the marks around code within a template. */
const withHoles = (text: string): string =>
  text.replaceAll("<", "$".concat("{")).replaceAll(">", "}");

describe("code without comments and texts", () => {
  test.each([
    ["a(); // b()", "a();       "],
    ["/* a\n b */ c()", "    \n      c()"],
    ['f("a // b")', "f(        )"],
    ["f('it\\'s')", "f(       )"],
    ["f(`a <now()> b`)", "f(`  <now()>  `)"],
    ["f(`<g({ a: `x` })> y`)", "f(`<g({ a: ` ` })>  `)"],
    ["const p = /[/\"']+/g; a()", "const p =          ; a()"],
    ["a / b / c", "a / b / c"],
    ["(a) / b // c", "(a) / b     "],
    ["f(/`/); a()", "f(   ); a()"],
    ["`\\`<a>`", "`  <a>`"],
    ["}`a`{", "}` `{"],
  ])("%j", (source, expected) => {
    expect(codeOnly(withHoles(source))).toBe(withHoles(expected));
  });

  test("texts can be kept", () => {
    expect(codeOnly('import "a"; // b', "keep")).toBe('import "a";     ');
  });

  test("an unfinished text ends the scan, not the program", () => {
    expect(codeOnly(withHoles("`a <b("))).toBe(withHoles("`  <b("));
    expect(codeOnly('"a')).toBe('"a');
  });
});
