import { hertz, kilowatts, milliseconds, slug, text, volts } from "@ballast/contracts";
import { adjustMeter, driverOf, MeterAdjustments, meterDrivers } from "@ballast/meter-drivers";
import * as z from "zod";

const metersMax = 8;

const driverIds = meterDrivers.map(({ id }) => id);

export const MeterConfig = z
  .strictObject({
    id: slug("Name of the meter on the bus."),
    driver: z.enum(driverIds).meta({ description: "Which kind of meter it is." }),
    host: text("Address of the meter or its gateway.").min(1),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(502)
      .meta({ unit: "port", description: "Its Modbus TCP port." }),
    unitId: z
      .int()
      .min(0)
      .max(255)
      .optional()
      .meta({ unit: "id", description: "Modbus unit; that of the kind where left out." }),
    isCommissioned: z.boolean().default(false).meta({
      description: "An engineer has compared it with its display. Until then it steers nothing.",
    }),
    serialNumber: text("Any other meter that answers is refused.").optional(),
    nominalV: volts("Nominal voltage, phase to neutral, as the meter shows it.").default(230),
    periodMs: milliseconds("How often the frequency is read.").min(20).max(2_000).default(50),
    connectDeadlineMs: milliseconds("How long a connection may take.").min(1).default(2_000),
    deadlineMs: milliseconds("How long a reply may take; 3000 behind a serial gateway.")
      .min(1)
      .default(1_000),
    rereadBelowHz: hertz("At or below, a slow meter is asked a second time at once.").optional(),
    loadOnAboveKw: kilowatts("Above this import, values that stand still are a fault.").default(5),
    adjustments: MeterAdjustments.prefault({}),
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
