import { defineMeter, holding } from "../define-meter.ts";

const watts = { scale: 0.001 };

export const janitzaUmg = defineMeter({
  id: "janitza-umg",
  label: "Janitza UMG 96RM-E, 103, 104, 604, 801, 806 and B series",
  source: "UMG Modbus address list, block from 19000",
  tier: "draft",
  unitId: 1,
  wordOrder: "big",
  powerSign: 1,
  wordsPerReadMax: 125,
  spans: [{ table: "holding", address: 19_000, wordCount: 52 }],
  frequencyResolutionHz: 0.01, // A float; check at commissioning that its last digits move.
  refreshMs: 200, // It averages over 200 ms, ten cycles at 50 Hz.
  probe: { kind: "frequency" },
  reads: {
    frequencyHz: { from: holding(19_050, "f32"), every: "fast" },
    voltageL1V: { from: holding(19_000, "f32"), every: "second" },
    voltageL2V: { from: holding(19_002, "f32"), every: "second" },
    voltageL3V: { from: holding(19_004, "f32"), every: "second" },
    currentL1A: { from: holding(19_012, "f32"), every: "second" },
    currentL2A: { from: holding(19_014, "f32"), every: "second" },
    currentL3A: { from: holding(19_016, "f32"), every: "second" },
    powerKw: { from: holding(19_026, "f32", watts), every: "second" },
    reactiveKvar: { from: holding(19_042, "f32", watts), every: "second" },
    // Floats: past 16.7 MWh they lose single watt-hours. For bills only, never for power.
    energyImportKwh: { from: holding(19_068, "f32", watts), every: "minute" },
    energyExportKwh: { from: holding(19_076, "f32", watts), every: "minute" },
  },
});
