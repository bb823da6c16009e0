import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { firstRowOf, parseJoined, parseReply, rowsOf } from "./reply.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const codeOf = (text: string): string => {
  const reply = parseReply(bytes(text));
  return reply.ok ? "ok" : reply.fault.code;
};

const summary =
  '{"STATUS":[{"STATUS":"S","When":1790000000,"Code":11,"Msg":"Summary","Description":"cgminer 4.11.1"}],"SUMMARY":[{"Elapsed":12}],"id":1}';

describe("single replies", () => {
  test("sections by name", () => {
    const reply = parseReply(bytes(`${summary}\0`));
    expect(reply).toMatchObject({
      ok: true,
      value: { message: "Summary", description: "cgminer 4.11.1" },
    });
    expect(reply.ok && firstRowOf(reply.value, "SUMMARY")).toEqual({ Elapsed: 12 });
    expect(reply.ok && rowsOf(reply.value, "POOLS")).toEqual([]);
  });

  test("the text form gives the same", () => {
    const sent =
      "STATUS=S,When=1,Code=7,Msg=2 Pool(s),Description=cgminer 4.11.1|POOL=0,URL=a|POOL=1,URL=b|\0";
    const reply = parseReply(bytes(sent));
    expect(reply.ok && rowsOf(reply.value, "POOLS").map((row) => row["URL"])).toEqual(["a", "b"]);
  });

  test("a status spread over the top level, and a section without brackets", () => {
    const reply = parseReply(
      bytes('{"STATUS":"S","When":1,"Code":131,"Msg":{"fw_ver":"1"},"SUMMARY":{"Elapsed":3}}'),
    );
    expect(reply.ok && firstRowOf(reply.value, "SUMMARY")).toEqual({ Elapsed: 3 });
  });

  test.each([
    ["success with a note", '{"STATUS":[{"STATUS":"W","Code":1,"Msg":""}]}', "ok"],
    ["information", '{"STATUS":[{"STATUS":"I","Code":118,"Msg":""}]}', "ok"],
    ["an unknown command", '{"STATUS":[{"STATUS":"E","Code":14,"Msg":""}]}', "device.unsupported"],
    ["no write access", '{"STATUS":[{"STATUS":"E","Code":45,"Msg":""}]}', "device.unauthorised"],
    ["a foreign session", '{"STATUS":[{"STATUS":"E","Code":402,"Msg":""}]}', "device.busy"],
    ["any other refusal", '{"STATUS":[{"STATUS":"F","Code":"x","Msg":""}]}', "device.refused"],
    ["a letter of no alphabet", '{"STATUS":[{"STATUS":"Q","Code":1,"Msg":""}]}', "device.garbled"],
    ["no status", '{"SUMMARY":[{}]}', "device.garbled"],
    ["a partial reply by its own word", summary.replace('"id":1', '"id":0'), "device.garbled"],
    ["a cut reply", summary.slice(0, -20), "device.garbled"],
    ["a cut text reply", "STATUS=S,Code=11|SUMMARY,Elap", "device.garbled"],
    ["a web page", "<html>", "device.garbled"],
    [
      "the proxy of a dead process",
      "Socket connect failed: Connection refused",
      "device.unreachable",
    ],
    ["a list", "[1]", "device.garbled"],
  ])("%s", (_, sent, code) => expect(codeOf(sent)).toBe(code));

  test("nothing makes it throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map(bytes),
          fc.json().map((text) => bytes(`{"STATUS":${text}}`)),
        ),
        (sent) => {
          expect(typeof parseReply(sent).ok).toBe("boolean");
          expect(typeof parseJoined(sent, ["a"]).ok).toBe("boolean");
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("joined replies", () => {
  const denied = '{"STATUS":[{"STATUS":"E","Code":45,"Msg":"Access denied"}],"id":1}';

  test("each command has its own outcome", () => {
    const joined = parseJoined(bytes(`{"summary":[${summary}],"devs":[${denied}],"id":1}\0`), [
      "summary",
      "devs",
      "pools",
    ]);
    expect(joined.ok && joined.value.get("summary")?.ok).toBe(true);
    expect(joined.ok && joined.value.get("devs")).toMatchObject({
      fault: { code: "device.unauthorised" },
    });
    expect(joined.ok && joined.value.get("pools")).toMatchObject({
      fault: { code: "device.garbled" },
    });
  });

  test("the text form", () => {
    const joined = parseJoined(
      bytes(
        "CMD=summary|STATUS=S,Code=11|SUMMARY,Elapsed=9|CMD=pools|STATUS=S,Code=7|POOL=0,URL=a|\0",
      ),
      ["summary", "pools"],
    );
    const pools = joined.ok ? joined.value.get("pools") : undefined;
    expect(pools?.ok && firstRowOf(pools.value, "POOLS")["URL"]).toBe("a");
  });

  test("one refusal for all is the fault of the whole", () => {
    expect(parseJoined(bytes(denied), ["summary", "devs"])).toMatchObject({
      fault: { code: "device.unauthorised" },
    });
  });
});
