import { defineMeter, holding } from "../define-meter.ts";

const tenths = { scale: 0.1 };
const hundredths = { scale: 0.01 };
const hundredthsOfWatt = { scale: 0.000_01 };

export const abbB2x = defineMeter({
  id: "abb-b2x",
  label: "ABB B23 and B24, through a Modbus TCP gateway",
  source: "ABB B23/B24 user manual, mapping tables",
  tier: "draft",
  unitId: 1,
  wordOrder: "big",
  powerSign: 1,
  wordsPerReadMax: 125,
  spans: [{ table: "holding", address: 0x5b00, wordCount: 30 }], // V L1 to Q total, no holes.
  frequencyResolutionHz: 0.01,
  refreshMs: 200, // Behind a serial line; the meter's own period is not stated.
  probe: { kind: "frequency" },
  reads: {
    frequencyHz: { from: holding(0x5b2c, "u16", hundredths), every: "fast" },
    voltageL1V: { from: holding(0x5b00, "u32", tenths), every: "second" },
    voltageL2V: { from: holding(0x5b02, "u32", tenths), every: "second" },
    voltageL3V: { from: holding(0x5b04, "u32", tenths), every: "second" },
    currentL1A: { from: holding(0x5b0c, "u32", hundredths), every: "second" },
    currentL2A: { from: holding(0x5b0e, "u32", hundredths), every: "second" },
    currentL3A: { from: holding(0x5b10, "u32", hundredths), every: "second" },
    powerKw: { from: holding(0x5b14, "s32", hundredthsOfWatt), every: "second" },
    reactiveKvar: { from: holding(0x5b1c, "s32", hundredthsOfWatt), every: "second" },
    powerFactorRatio: { from: holding(0x5b3a, "s16", { scale: 0.001 }), every: "second" },
    energyImportKwh: { from: holding(0x5000, "u64", hundredths), every: "minute" },
    energyExportKwh: { from: holding(0x5004, "u64", hundredths), every: "minute" },
  },
});
