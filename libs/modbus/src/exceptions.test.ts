import { faultCatalogue } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { exceptionFault, modbusExceptions } from "./exceptions.ts";

test.each([
  { code: 1, fault: "device.unsupported", retry: "never" },
  { code: 2, fault: "device.unsupported", retry: "never" },
  { code: 3, fault: "device.unsupported", retry: "never" },
  { code: 4, fault: "device.failing", retry: "later" },
  { code: 5, fault: "device.busy", retry: "later" },
  { code: 6, fault: "device.busy", retry: "later" },
  { code: 8, fault: "device.failing", retry: "later" },
  { code: 10, fault: "device.silent", retry: "later" },
  { code: 11, fault: "device.silent", retry: "later" },
  { code: 99, fault: "device.garbled", retry: "later" },
] as const)("exception $code is $fault", ({ code, fault, retry }) => {
  expect(exceptionFault(code)).toMatchObject({ ok: false, fault: { code: fault } });
  expect(faultCatalogue[fault].retry).toBe(retry);
});

test("the table above names every exception we know", () => {
  expect(Object.keys(modbusExceptions).map(Number)).toEqual([1, 2, 3, 4, 5, 6, 8, 10, 11]);
});
