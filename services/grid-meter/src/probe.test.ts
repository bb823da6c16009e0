import { assert, seededRandom, virtualClock } from "@ballast/kernel";
import { driverOf, type MeterReading, meterDrivers } from "@ballast/meter-drivers";
import { simulatedMeter, virtualModbus } from "@ballast/sim-devices";
import { describe, expect, test } from "@jest/globals";
import { probeMeter } from "./probe.ts";

const host = "192.0.2.10";
const reading: MeterReading = { frequencyHz: 49.9, voltageL1V: 230 };

async function probe(driverId: string, shown: MeterReading, nominalHz: number) {
  const clock = virtualClock();
  const driver = driverOf(driverId);
  assert(driver !== undefined, "it is in the collection");
  const meters = new Map([[`${host}:502`, simulatedMeter({ driver, source: () => shown })]]);
  const random = seededRandom(1);
  const openModbus = virtualModbus({ random, meters, latencyMinMs: 1, latencyMaxMs: 2 });
  const target = { host, port: 502, unitId: undefined, nominalHz };
  const outcome = probeMeter({ openModbus, clock, ...target, drivers: meterDrivers });
  await clock.advance(120_000);
  const findings = await outcome;
  assert(findings.ok, "the meter is there");
  expect(findings.value.map(({ driverId: id }) => id)).toEqual(meterDrivers.map(({ id }) => id));
  return findings.value.filter(({ match }) => match !== "no");
}

describe.each(meterDrivers.map(({ id }) => ({ id })))("a $id", ({ id }) => {
  test("is found among all kinds", async () => {
    const found = await probe(id, reading, 50);
    expect(found.map(({ driverId }) => driverId)).toContain(id);
  });

  test("that shows the frequency of another continent is not taken as plausible", async () => {
    const found = await probe(id, { ...reading, frequencyHz: 60 }, 50);
    expect(found.filter(({ match }) => match === "plausible")).toEqual([]);
  });
});

test("a SEL-735 is recognised by its name, and its coding is proposed", async () => {
  const found = await probe("sel-735", reading, 50);
  expect(found).toEqual([
    {
      driverId: "sel-735",
      match: "recognised",
      detail:
        "holding 900 reads 4990 0: 49.9 Hz with " +
        "{ table: holding, address: 900, type: u16, scale: 0.01 }",
    },
  ]);
});

test("what fits no coding is not to be commissioned", async () => {
  const [found] = await probe("sel-735", { ...reading, frequencyHz: 12 }, 50);
  expect(found?.detail).toContain("unresolved, do not commission");
});

test("nobody at the address is a fault", async () => {
  const clock = virtualClock();
  const random = seededRandom(1);
  const openModbus = virtualModbus({ random, meters: new Map(), latencyMinMs: 1, latencyMaxMs: 2 });
  const target = { host, port: 502, unitId: 1, nominalHz: 50 };
  const outcome = probeMeter({ openModbus, clock, ...target, drivers: meterDrivers });
  await clock.advance(60_000);
  expect(await outcome).toMatchObject({ ok: false, fault: { code: "device.unreachable" } });
});
