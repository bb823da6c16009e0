/**
 * What a sensor can tell, in canonical units. Voltages are phase to neutral, or a DC rail on L1;
 * power is positive from the grid into the site, import is energy drawn.
 */
export const quantities = [
  "powerKw",
  "powerL1Kw",
  "powerL2Kw",
  "powerL3Kw",
  "availableKw",
  "apparentKva",
  "reactiveKvar",
  "powerFactorRatio",
  "voltageL1V",
  "voltageL2V",
  "voltageL3V",
  "currentL1A",
  "currentL2A",
  "currentL3A",
  "frequencyHz",
  "energyImportKwh",
  "energyImportL1Kwh",
  "energyImportL2Kwh",
  "energyImportL3Kwh",
  "energyExportKwh",
  "energyExportL1Kwh",
  "energyExportL2Kwh",
  "energyExportL3Kwh",
] as const;
export type SensorQuantity = (typeof quantities)[number];

/** What the sensor did not say is not there. */
export type SensorValues = { readonly [Name in SensorQuantity]?: number };

/** Phase by phase, for sensors that say no sum or say it elsewhere. */
export const phaseParts = {
  powerKw: ["powerL1Kw", "powerL2Kw", "powerL3Kw"],
  energyImportKwh: ["energyImportL1Kwh", "energyImportL2Kwh", "energyImportL3Kwh"],
  energyExportKwh: ["energyExportL1Kwh", "energyExportL2Kwh", "energyExportL3Kwh"],
} as const satisfies { readonly [Name in SensorQuantity]?: readonly SensorQuantity[] };
export type SummedQuantity = keyof typeof phaseParts;

export const voltages = ["voltageL1V", "voltageL2V", "voltageL3V"] as const;
export const currents = ["currentL1A", "currentL2A", "currentL3A"] as const;

export const isEnergy = (quantity: SensorQuantity): boolean => quantity.startsWith("energy");
