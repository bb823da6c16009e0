import * as z from "zod";
import type { MeterDriver, Read, Register } from "./define-meter.ts";
import { type Quantity, quantities } from "./quantities.ts";

const address = z.int().min(0).max(65_535);

const SiteRegister = z
  .strictObject({
    table: z.enum(["holding", "input"]),
    address: address.meta({ unit: "address", description: "On the wire, counted from 0." }),
    type: z.enum(["u16", "s16", "u32", "s32", "acc32", "u64", "s64", "f32"]),
    scale: z.number().positive().meta({ unit: "scale", description: "Canonical unit per count." }),
  })
  .meta({ description: "Where this site's meter keeps a value, instead of the usual place." });

const ratio = (description: string) =>
  z.number().positive().default(1).meta({ unit: "1", description });

/** How one meter on site differs from the table of its kind. Writing cannot even be expressed. */
export const MeterAdjustments = z.strictObject({
  registers: z
    .partialRecord(z.enum(quantities), SiteRegister)
    .default({})
    .meta({ description: "Registers of a user map, or settled at commissioning." }),
  frequencyResolutionHz: z
    .number()
    .positive()
    .optional()
    .meta({ unit: "Hz", description: "Smallest step seen, where it differs from the usual." }),
  voltageRatio: ratio("Multiplies voltages: a transformer ratio, or 1000 for kV."),
  currentRatio: ratio("Multiplies currents: a transformer ratio."),
  powerRatio: ratio("Multiplies power: both transformer ratios, or 1000 for kW."),
  energyRatio: ratio("Multiplies energies."),
  isPowerReversed: z
    .boolean()
    .default(false)
    .meta({ description: "The current transformers look the other way." }),
});
export type MeterAdjustments = z.infer<typeof MeterAdjustments>;

const ratioOf: { readonly [Name in Quantity]?: keyof MeterAdjustments & `${string}Ratio` } = {
  voltageL1V: "voltageRatio",
  voltageL2V: "voltageRatio",
  voltageL3V: "voltageRatio",
  currentL1A: "currentRatio",
  currentL2A: "currentRatio",
  currentL3A: "currentRatio",
  powerKw: "powerRatio",
  reactiveKvar: "powerRatio",
  energyImportKwh: "energyRatio",
  energyExportKwh: "energyRatio",
};

/** The table of this very meter. */
export function adjustMeter(driver: MeterDriver, adjustments: MeterAdjustments): MeterDriver {
  const { registers, isPowerReversed, frequencyResolutionHz } = adjustments;
  const reads = mapReads(withOwn(driver, registers), (quantity, from) => {
    const replaced = registers[quantity] ?? from;
    const name = ratioOf[quantity];
    return { ...replaced, scale: replaced.scale * (name === undefined ? 1 : adjustments[name]) };
  });
  const { energyImportKwh, energyExportKwh, ...rest } = reads;
  const reversed = {
    ...rest,
    ...(energyExportKwh && { energyImportKwh: energyExportKwh }),
    ...(energyImportKwh && { energyExportKwh: energyImportKwh }),
  };
  return {
    ...driver,
    frequencyResolutionHz: frequencyResolutionHz ?? driver.frequencyResolutionHz,
    powerSign: isPowerReversed ? (driver.powerSign === 1 ? -1 : 1) : driver.powerSign,
    unsettled: driver.unsettled.filter((quantity) => registers[quantity] === undefined),
    reads: isPowerReversed ? reversed : reads,
  };
}

/** The table with values that only this site's meter has, such as what a supply could give. */
function withOwn(driver: MeterDriver, registers: MeterAdjustments["registers"]): MeterDriver {
  const own: { -readonly [Name in Quantity]?: Read } = {};
  for (const quantity of quantities) {
    const from = registers[quantity];
    if (from === undefined || driver.reads[quantity] !== undefined) continue;
    own[quantity] = { from, every: quantity.startsWith("energy") ? "minute" : "second" };
  }
  return { ...driver, reads: { ...own, ...driver.reads } };
}

/** The table with absolute addresses, once the walk over the device has found its start. */
export function moveMeter(driver: MeterDriver, startAddress: number): MeterDriver {
  const move = <Item extends { readonly address: number }>(item: Item): Item => ({
    ...item,
    address: item.address + startAddress,
  });
  return {
    ...driver,
    spans: driver.spans.map(move),
    reads: mapReads(driver, (_, from) => {
      const { exponentAt } = from;
      const moved = move(from);
      return exponentAt === undefined ? moved : { ...moved, exponentAt: exponentAt + startAddress };
    }),
  };
}

function mapReads(
  { reads }: MeterDriver,
  change: (quantity: Quantity, from: Register) => Register,
): MeterDriver["reads"] {
  const changed: { -readonly [Name in Quantity]?: Read } = {};
  for (const quantity of quantities) {
    const read = reads[quantity];
    if (read !== undefined) changed[quantity] = { ...read, from: change(quantity, read.from) };
  }
  const { frequencyHz = reads.frequencyHz, ...rest } = changed;
  return { ...rest, frequencyHz };
}
