import { assertDefined } from "@ballast/kernel";
import { adjustMeter, driverOf, MeterAdjustments, type MeterDriver } from "@ballast/meter-drivers";

/** The simulated meter is a commissioned SEL-735: its frequency register was settled on site. */
export const meterId = "poc";
export const meterDriverId = "sel-735";

export const meterAdjustments = {
  registers: {
    frequencyHz: { table: "holding", address: 900, type: "u32", scale: 0.001 },
  },
  frequencyResolutionHz: 0.001,
} as const;

export function simulatedMeterDriver(): MeterDriver {
  const driver = assertDefined(driverOf(meterDriverId), "the simulated meter's table exists");
  return adjustMeter(driver, MeterAdjustments.parse(meterAdjustments));
}
