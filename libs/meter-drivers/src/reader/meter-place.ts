import * as z from "zod";
import { MeterAdjustments } from "../adjust-meter.ts";
import { meterDrivers } from "../registry.gen.ts";

const driverIds = meterDrivers.map(({ id }) => id);

const deadline = (description: string) =>
  z.int().min(1).max(60_000).meta({ unit: "ms", description });

/** What a site file says of a meter and the way to it. */
export const MeterPlaceSettings = z.strictObject({
  driver: z.enum(driverIds).meta({ description: "Which kind of meter it is." }),
  host: z.string().min(1).max(253).meta({ description: "Address of the meter or its gateway." }),
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
  serialNumber: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "Any other meter that answers is refused." }),
  connectDeadlineMs: deadline("How long a connection may take.").default(2_000),
  deadlineMs: deadline("How long a reply may take; 3000 behind a serial gateway.").default(1_000),
  adjustments: MeterAdjustments.prefault({}),
});

/** With the name that logs and metrics use. */
export type MeterPlace = z.infer<typeof MeterPlaceSettings> & { readonly id: string };
