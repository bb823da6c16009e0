import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseFleetCsv } from "./fleet-csv.ts";

const header = "id,host,port,driver,model,ratedW,feeder,phase,location";

test("a spreadsheet's lines become miners", () => {
  const text = `\uFEFF${header}\r\nm1,10.0.0.1,,luxos,Antminer S21,,rack-1,L2,row 1\r\n# spare\r\n\r\nm2,10.0.0.2,4029,cgminer,,3400,,,\r\n`;
  expect(parseFleetCsv(text)).toEqual({
    miners: [
      {
        id: "m1",
        host: "10.0.0.1",
        driver: "luxos",
        model: "Antminer S21",
        feeder: "rack-1",
        phase: "L2",
        location: "row 1",
      },
      {
        id: "m2",
        host: "10.0.0.2",
        port: 4_029,
        driver: "cgminer",
        ratedW: 3_400,
        feeder: "main",
        phase: "3p",
      },
    ],
    problems: [],
  });
});

const badLines: readonly (readonly [string, string, RegExp])[] = [
  ["too few values", "m1,10.0.0.1", /^Line 2: 2 values for 9 columns\.$/],
  ["an unknown driver", "m1,10.0.0.1,,nonsense,,3400,,,", /^Line 2: driver: /],
  ["a power that is no number", "m1,10.0.0.1,,luxos,,much,,,", /^Line 2: ratedW: /],
  ["a power of zero", "m1,10.0.0.1,,luxos,,0,,,", /^Line 2: ratedW: /],
  ["an unknown phase", "m1,10.0.0.1,,luxos,,3400,,L4,", /^Line 2: phase: /],
  ["no id", ",10.0.0.1,,luxos,,3400,,,", /^Line 2: id: /],
  ["a name with capitals", "M 1,10.0.0.1,,luxos,,3400,,,", /^Line 2: id: /],
  ["a port too large", "m1,10.0.0.1,70000,luxos,,3400,,,", /^Line 2: port: /],
  ["quotation marks", 'm1,10.0.0.1,,luxos,,3400,,,"row 1"', /^Line 2: quotation marks/],
];
test.each(badLines)("a line with %s gets one sentence", (_, line, sentence) => {
  const { miners, problems } = parseFleetCsv(`${header}\n${line}\n`);
  expect(miners).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(sentence);
});

test("a bad line does not hide the good ones, nor the other bad ones", () => {
  const text = `id,host,driver\nm1,10.0.0.1,luxos\nm2\nm3,10.0.0.3,luxos\nm4\n`;
  const { miners, problems } = parseFleetCsv(text);
  expect(miners.map(({ id }) => id)).toEqual(["m1", "m3"]);
  expect(problems).toHaveLength(2);
});

test.each([
  ["id,host,driver,colour", 'Line 1: "colour" is not a column'],
  ["id,host", "Line 1: the column driver is missing."],
  ["id,host,driver,id", "Line 1: the column id is there twice."],
  ["", "Line 1:"],
])("the header %p is refused", (first, sentence) => {
  const { miners, problems } = parseFleetCsv(`${first}\nm1,10.0.0.1,luxos`);
  expect(miners).toEqual([]);
  expect(problems.join("\n")).toContain(sentence);
});

test("no text makes it throw, and no number is made up", () => {
  const anyCell = fc.oneof(
    fc.string(),
    fc.constantFrom("m1", "luxos", "L1", "", "NaN", "Infinity", "-5", "3400", ",", "\n", '"'),
  );
  fc.assert(
    fc.property(fc.array(fc.array(anyCell, { maxLength: 10 }), { maxLength: 6 }), (rows) => {
      const { miners } = parseFleetCsv([header, ...rows.map((row) => row.join(","))].join("\n"));
      for (const { port, ratedW } of miners) {
        expect(ratedW === undefined || (Number.isFinite(ratedW) && ratedW > 0)).toBe(true);
        expect(port === undefined || Number.isInteger(port)).toBe(true);
      }
    }),
  );
});
