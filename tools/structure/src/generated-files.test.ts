import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isStale, writeFiles } from "./generated-files.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ballast-generated-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const file = { path: "docs/page.md", content: "one\ntwo\n" };

test("a file that is missing or different is stale; one that says the same is not", () => {
  expect(isStale(root, file)).toBe(true);
  expect(writeFiles(root, [file])).toEqual(["docs/page.md"]);
  expect(isStale(root, file)).toBe(false);
  expect(isStale(root, { ...file, content: "one\n" })).toBe(true);
});

test("line ends of Windows make nothing stale", () => {
  writeFiles(root, [file]);
  writeFileSync(join(root, file.path), "one\r\ntwo\r\n");
  expect(isStale(root, file)).toBe(false);
});

test("a second run writes nothing", () => {
  writeFiles(root, [file]);
  expect(writeFiles(root, [file])).toEqual([]);
  expect(readFileSync(join(root, file.path), "utf8")).toBe(file.content);
});
