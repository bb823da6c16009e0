import { expect, test } from "@jest/globals";
import { GridMeterConfig } from "./config.ts";

const sel = { id: "poc", driver: "sel-735", host: "192.0.2.10" };
const problemsOf = (meters: readonly unknown[]): readonly string[] => {
  const checked = GridMeterConfig.safeParse({ meters });
  return checked.success ? [] : checked.error.issues.map(({ path }) => path.join("."));
};

test("a meter needs little, and is not trusted until somebody says so", () => {
  const { meters } = GridMeterConfig.parse({ meters: [sel] });
  expect(meters[0]).toMatchObject({ port: 502, periodMs: 50, isCommissioned: false });
});

test("a SEL-735 is not commissioned before its frequency register is stated", () => {
  expect(problemsOf([{ ...sel, isCommissioned: true }])).toEqual([
    "meters.0.adjustments.registers.frequencyHz",
  ]);
  const frequencyHz = { table: "holding", address: 900, type: "u32", scale: 0.001 };
  const adjustments = { registers: { frequencyHz } };
  expect(problemsOf([{ ...sel, isCommissioned: true, adjustments }])).toEqual([]);
});

test.each([
  { name: "no meter at all", meters: [], path: "meters" },
  { name: "an unknown driver", meters: [{ ...sel, driver: "acme" }], path: "meters.0.driver" },
  { name: "a key with a typing error", meters: [{ ...sel, prot: 502 }], path: "meters.0" },
  { name: "two meters of one name", meters: [sel, sel], path: "meters" },
  {
    name: "a period that floods the meter",
    meters: [{ ...sel, periodMs: 1 }],
    path: "meters.0.periodMs",
  },
  {
    name: "a register with a scale of nothing",
    meters: [
      {
        ...sel,
        adjustments: {
          registers: { powerKw: { table: "holding", address: 1, type: "u16", scale: 0 } },
        },
      },
    ],
    path: "meters.0.adjustments.registers.powerKw.scale",
  },
  {
    name: "a register that can be written",
    meters: [
      {
        ...sel,
        adjustments: {
          registers: { powerKw: { table: "coil", address: 1, type: "u16", scale: 1 } },
        },
      },
    ],
    path: "meters.0.adjustments.registers.powerKw.table",
  },
])("$name is refused", ({ meters, path }) => {
  expect(problemsOf(meters)).toEqual([path]);
});
