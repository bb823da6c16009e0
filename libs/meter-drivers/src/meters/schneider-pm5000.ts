import { defineMeter, holding } from "../define-meter.ts";

const wattHours = { scale: 0.001 };

/** Power factor is left out: its coding by quadrant differs between the models of the series. */
export const schneiderPm5000 = defineMeter({
  id: "schneider-pm5000",
  label: "Schneider PM5000 series (PM5100, PM5300, PM5500) and iEM3000",
  source: "PM5000 series register list; its numbers are ours plus one",
  tier: "draft",
  unitId: 1,
  wordOrder: "big",
  powerSign: 1,
  wordsPerReadMax: 125,
  frequencyResolutionHz: 0.01, // A float; check at commissioning that its last digits move.
  refreshMs: 200,
  probe: { kind: "frequency" },
  reads: {
    frequencyHz: { from: holding(3109, "f32"), every: "fast" },
    voltageL1V: { from: holding(3027, "f32"), every: "second" },
    voltageL2V: { from: holding(3029, "f32"), every: "second" },
    voltageL3V: { from: holding(3031, "f32"), every: "second" },
    currentL1A: { from: holding(2999, "f32"), every: "second" },
    currentL2A: { from: holding(3001, "f32"), every: "second" },
    currentL3A: { from: holding(3003, "f32"), every: "second" },
    powerKw: { from: holding(3059, "f32"), every: "second" }, // Already in kW.
    reactiveKvar: { from: holding(3067, "f32"), every: "second" },
    energyImportKwh: { from: holding(3203, "s64", wattHours), every: "minute" },
    energyExportKwh: { from: holding(3207, "s64", wattHours), every: "minute" },
  },
});
