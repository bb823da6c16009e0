import { assertDefined, type Clock, fail, ok, type Result } from "@ballast/kernel";
import { decodeText, type ModbusLink, type OpenModbus } from "@ballast/modbus";
import { adjustMeter, moveMeter } from "../adjust-meter.ts";
import type { MeterDriver } from "../define-meter.ts";
import { driverOf } from "../driver-of.ts";
import type { MeterPlace } from "./meter-place.ts";

/** A connection to a meter that has proven to be the configured one. */
export interface MeterSession {
  readonly link: ModbusLink;
  /** With the site's adjustments, and with absolute addresses. */
  readonly driver: MeterDriver;
}

/** The table that the site file asks for. */
export function configuredDriver(meter: MeterPlace): MeterDriver {
  const driver = assertDefined(driverOf(meter.driver), "the schema knows every driver");
  return adjustMeter(driver, meter.adjustments);
}

export async function openSession(
  meter: MeterPlace,
  { openModbus, clock }: { readonly openModbus: OpenModbus; readonly clock: Clock },
): Promise<Result<MeterSession>> {
  const driver = configuredDriver(meter);
  const { host, port, unitId = driver.unitId, connectDeadlineMs, deadlineMs } = meter;
  const opened = await openModbus({ host, port, unitId, connectDeadlineMs, deadlineMs, clock });
  if (!opened.ok) return opened;
  const link = opened.value;
  const identified = await identify(link, driver, meter.serialNumber);
  if (identified.ok) return ok({ link, driver: identified.value });
  await link.close();
  return identified;
}

/** Another meter at this address may mean anything: its values must never be believed. */
async function identify(
  link: ModbusLink,
  driver: MeterDriver,
  serialNumber: string | undefined,
): Promise<Result<MeterDriver>> {
  const { probe, serialNumber: serialAt } = driver;
  if (probe.kind === "text") {
    const words = await link.read(probe.from);
    if (!words.ok) return words;
    const text = decodeText(words.value);
    if (!text.startsWith(probe.from.startsWith)) {
      return fail("device.mismatch", `"${text}" instead of ${probe.from.startsWith}`);
    }
  }
  if (serialNumber !== undefined && serialAt !== undefined) {
    const words = await link.read(serialAt);
    if (!words.ok) return words;
    const text = decodeText(words.value);
    if (text !== serialNumber) {
      return fail("device.mismatch", `serial number "${text}" instead of "${serialNumber}"`);
    }
  }
  return locate(link, driver);
}

export async function locate(link: ModbusLink, driver: MeterDriver): Promise<Result<MeterDriver>> {
  if (driver.locate === undefined) return ok(driver);
  const walk = driver.locate();
  let step = walk.next();
  while (!step.done) {
    const words = await link.read(step.value);
    if (!words.ok && !link.isOpen()) return words;
    step = walk.next(words.ok ? words.value : undefined);
  }
  const startAddress = step.value;
  return startAddress.ok ? ok(moveMeter(driver, startAddress.value)) : startAddress;
}
