/**
 * What a meter can tell, in canonical units. Voltages are phase to neutral; power and reactive
 * power are positive from the grid into the site; import is energy drawn from the grid. Available
 * is what a supply could give.
 */
export const quantities = [
  "frequencyHz",
  "voltageL1V",
  "voltageL2V",
  "voltageL3V",
  "currentL1A",
  "currentL2A",
  "currentL3A",
  "powerKw",
  "availableKw",
  "reactiveKvar",
  "powerFactorRatio",
  "energyImportKwh",
  "energyExportKwh",
] as const;
export type Quantity = (typeof quantities)[number];

/** What the meter did not say is not there. */
export type MeterReading = { readonly [Name in Quantity]?: number };
