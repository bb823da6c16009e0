import { describe, expect, test } from "@jest/globals";
import { findModel, minerModels } from "./models.ts";

test("names are unique, whichever way a miner spells them", () => {
  expect(minerModels.length).toBeGreaterThan(10);
  for (const model of minerModels) expect(findModel(model.name)).toBe(model);
});

describe.each(minerModels)("$name", (model) => {
  test("its efficiency is one that silicon has", () => {
    const joulesPerTh = model.nameplateW / model.nameplateThs;
    expect(joulesPerTh).toBeGreaterThan(13);
    expect(joulesPerTh).toBeLessThan(40);
  });
});

test.each([
  ["Antminer S19j Pro", "S19j Pro"],
  ["ANTMINER S21 PRO", "S21 Pro"],
  ["M50SVH50", "M50S"],
  ["M30S++_VH30", "M30S++"],
  ["Whatsminer M60S", "M60S"],
  ["Avalon 1366", "A1366"],
  ["AvalonMiner 1246", "A1246"],
])("%s is the %s", (reported, name) => expect(findModel(reported)?.name).toBe(name));

test.each(["Antminer BHB42XXX", "", "S19 Turbo", "M31", "Avalon"])(
  "%p is no known model",
  (reported) => expect(findModel(reported)).toBeUndefined(),
);
