import type { MeterReading } from "@ballast/meter-drivers";
import type { Plant } from "@ballast/sim-plant";

/** What a meter at the connection point of the plant sees. */
export const meterSource =
  (plant: Plant) =>
  (monoMs: number): MeterReading => {
    const feeder = plant.feederAt(monoMs);
    const [voltageL1V, voltageL2V, voltageL3V] = feeder.voltagesV;
    const [currentL1A, currentL2A, currentL3A] = feeder.currentsA;
    const { frequencyHz, powerFactorRatio } = feeder;
    const reading: { -readonly [Name in keyof MeterReading]: MeterReading[Name] } = {
      voltageL1V,
      voltageL2V,
      voltageL3V,
      currentL1A,
      currentL2A,
      currentL3A,
      powerKw: feeder.powerKw,
      reactiveKvar: feeder.reactiveKvar,
      energyImportKwh: feeder.energyImportKwh,
      energyExportKwh: feeder.energyExportKwh,
    };
    if (frequencyHz !== undefined) reading.frequencyHz = frequencyHz;
    if (powerFactorRatio !== undefined) reading.powerFactorRatio = powerFactorRatio;
    return reading;
  };
