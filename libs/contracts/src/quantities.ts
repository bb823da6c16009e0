import * as z from "zod";

/**
 * Quantities with their unit as metadata. A tidy test holds every name of a number against its
 * unit, so that `targetKw` can never carry watts.
 */
const quantity =
  (unit: string) =>
  (description: string): z.ZodNumber =>
    z.number().meta({ unit, description });

export const hertz = quantity("Hz");
export const kilowatts = quantity("kW");
export const kilovars = quantity("kvar");
export const kilowattHours = quantity("kWh");
export const kilowattsPerSecond = quantity("kW/s");
export const hertzPerSecond = quantity("Hz/s");
export const watts = quantity("W");
export const volts = quantity("V");
export const amperes = quantity("A");
export const celsius = quantity("°C");
export const terahashesPerSecond = quantity("TH/s");
export const rotationsPerMinute = quantity("rpm");
export const ratio = quantity("1");

export const megabytes = quantity("MB");
export const months = quantity("months");
export const pricePerKilowattHour = quantity("1/kWh");

/** A duration. */
export const milliseconds = (description: string) =>
  z.number().int().nonnegative().meta({ unit: "ms", description });

export const count = (description: string) =>
  z.number().int().nonnegative().meta({ unit: "count", description });

/** When something was true, on the calendar: milliseconds since 1970 in UTC. */
export const instant = (description: string) =>
  z.number().int().nonnegative().meta({ unit: "at-ms", description });

export const atMs = instant("When this was true.");

/** Names of things on site: they become topic levels, file names and metric labels. */
export const slug = (description: string) =>
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, "lower-case letters, digits and dashes")
    .meta({ description });

export const text = (description: string) => z.string().max(1_000).meta({ description });
