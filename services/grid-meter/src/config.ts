import { hertz, kilowatts, milliseconds, slug, volts } from "@ballast/contracts";
import { adjustMeter, driverOf, MeterPlaceSettings } from "@ballast/meter-drivers";
import * as z from "zod";

const metersMax = 8;

export const MeterConfig = z
  .strictObject({
    id: slug("Name of the meter on the bus."),
    ...MeterPlaceSettings.shape,
    isCommissioned: z.boolean().default(false).meta({
      description: "An engineer has compared it with its display. Until then it steers nothing.",
    }),
    nominalV: volts("Nominal voltage, phase to neutral, as the meter shows it.").default(230),
    periodMs: milliseconds("How often the frequency is read.").min(20).max(2_000).default(50),
    rereadBelowHz: hertz("At or below, a slow meter is asked a second time at once.").optional(),
    loadOnAboveKw: kilowatts("Above this import, values that stand still are a fault.").default(5),
  })
  .superRefine((meter, context) => {
    const driver = driverOf(meter.driver);
    if (driver === undefined || !meter.isCommissioned) return;
    for (const quantity of adjustMeter(driver, meter.adjustments).unsettled) {
      context.addIssue({
        code: "custom",
        path: ["adjustments", "registers", quantity],
        message: `state this register before isCommissioned is true: it differs between sites`,
      });
    }
  });
export type MeterConfig = z.infer<typeof MeterConfig>;

export const GridMeterConfig = z.strictObject({
  meters: z
    .array(MeterConfig)
    .min(1)
    .max(metersMax)
    .refine((meters) => new Set(meters.map(({ id }) => id)).size === meters.length, {
      message: "two meters have the same id",
    }),
});
export type GridMeterConfig = z.infer<typeof GridMeterConfig>;
