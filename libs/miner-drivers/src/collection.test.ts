import { readdirSync } from "node:fs";
import { fail, ok, type Result } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { MinerDriver } from "./define-miner.ts";
import type { Exchange } from "./exchange.ts";
import { minerDrivers } from "./registry.gen.ts";

const drivers: readonly MinerDriver[] = minerDrivers;

test("the registry holds every file of the folder, under its name", () => {
  const files = readdirSync(new URL("./drivers", import.meta.url))
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => name.replace(/\.ts$/, ""));
  expect(files.length).toBeGreaterThan(0);
  expect(drivers.map(({ id }) => id)).toEqual(files.sort());
});

const linkTo = (exchange: Exchange) => ({
  host: "127.0.0.1",
  port: 4_028,
  exchange,
  deadlineMs: 1_000,
});

describe.each(drivers.map((driver) => ({ id: driver.id, driver })))("$id", ({ driver }) => {
  test("its envelope is one of a miner", () => {
    const { timing, standbyW, port, label, source } = driver;
    expect(timing.stopMs).toBeGreaterThanOrEqual(1_000);
    expect(timing.stopMs).toBeLessThanOrEqual(120_000);
    expect(timing.wakeMs).toBeGreaterThan(timing.stopMs);
    expect(timing.wakeMs).toBeLessThanOrEqual(1_800_000);
    expect(standbyW).toBeGreaterThan(0);
    expect(standbyW).toBeLessThanOrEqual(200);
    expect(port).toBe(4_028);
    expect(label.length * source.length).toBeGreaterThan(0);
  });

  test("connecting sends nothing, and what keeps warm says how often", () => {
    let exchangeCount = 0;
    const connection = driver.connect(
      linkTo(async () => {
        exchangeCount += 1;
        return fail("device.silent", "");
      }),
    );
    expect(exchangeCount).toBe(0);
    expect(connection.keepWarm === undefined).toBe(driver.keepWarmMs === undefined);
  });

  test.each(["identify", "read", "sleep", "wake"] as const)(
    "%s passes on trouble of the wire",
    async (call) => {
      for (const code of ["device.unreachable", "device.silent", "device.closed"] as const) {
        const connection = driver.connect(linkTo(async () => fail(code, "on purpose")));
        expect(await connection[call]()).toMatchObject({ ok: false, fault: { code } });
      }
    },
  );

  test("whatever is answered, nothing throws, and no number is infinite or not one", async () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const rows = fc.array(fc.dictionary(fc.constantFrom(...fieldNames), anyField), {
      maxLength: 3,
    });
    const sections = fc.dictionary(
      fc.constantFrom(...sectionNames),
      fc.oneof(rows, fc.jsonValue()),
    );
    const reply = fc.oneof(
      fc.uint8Array(),
      fc.json().map(bytes),
      sections.map((body) =>
        bytes(JSON.stringify({ STATUS: [{ STATUS: "S", Code: 1 }], ...body })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 12 }), async (replies) => {
        let turn = 0;
        const exchange: Exchange = async (): Promise<Result<Uint8Array>> => {
          turn += 1;
          return ok(replies[turn % replies.length] ?? new Uint8Array());
        };
        const connection = driver.connect(linkTo(exchange));
        const outcomes = [
          await connection.identify(),
          await connection.read(),
          await connection.sleep(),
          await connection.keepWarm?.(),
          await connection.wake(),
          await connection.read(),
        ];
        for (const number of numbersIn(outcomes)) expect(Number.isFinite(number)).toBe(true);
        expect(turn).toBeLessThan(1_000);
      }),
      { numRuns: 300 },
    );
  });
});

const sectionNames = [
  "SUMMARY",
  "DEVS",
  "POOLS",
  "PROCS",
  "VERSION",
  "CONFIG",
  "POWER",
  "TEMPS",
  "FANS",
  "EVENTS",
  "SESSION",
  "TUNERSTATUS",
  "DEVDETAILS",
];
const fieldNames = [
  "MHS 5s",
  "GHS 5s",
  "MHS av",
  "Elapsed",
  "Accepted",
  "ASC",
  "PGA",
  "Enabled",
  "Temperature",
  "Status",
  "Nominal MHS",
  "Watts",
  "PSU",
  "TopLeft",
  "TopRight",
  "RPM",
  "Board",
  "Chip",
  "URL",
  "CurtailMode",
  "SessionID",
  "MACAddr",
  "Code",
  "PowerLimit",
  "IsRamping",
];
const anyField = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>("N", "Y", "Sleep", "nan", "1e999", 1e300, -1, 0, 120, "65.5 C", true),
);

const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};
