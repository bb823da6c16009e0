import { defineMeter, holding } from "../define-meter.ts";

const tenths = { scale: 0.1 };
const thousandths = { scale: 0.001 };
const tenthsOfWatt = { scale: 0.000_1 };

export const carloGavazziEm24 = defineMeter({
  id: "carlo-gavazzi-em24",
  label: "Carlo Gavazzi EM24 with RS-485, through a Modbus TCP gateway",
  source: "EM24-DIN communication protocol",
  tier: "draft",
  unitId: 1,
  wordOrder: "little",
  powerSign: 1,
  wordsPerReadMax: 11, // More, and it answers with an exception.
  frequencyResolutionHz: 0.1, // Too coarse for stages: one threshold, as a second source.
  refreshMs: 500,
  probe: { kind: "frequency" },
  reads: {
    frequencyHz: { from: holding(0x37, "s16", tenths), every: "fast" },
    voltageL1V: { from: holding(0x00, "s32", tenths), every: "second" },
    voltageL2V: { from: holding(0x02, "s32", tenths), every: "second" },
    voltageL3V: { from: holding(0x04, "s32", tenths), every: "second" },
    currentL1A: { from: holding(0x0c, "s32", thousandths), every: "second" },
    currentL2A: { from: holding(0x0e, "s32", thousandths), every: "second" },
    currentL3A: { from: holding(0x10, "s32", thousandths), every: "second" },
    powerKw: { from: holding(0x28, "s32", tenthsOfWatt), every: "second" },
    powerFactorRatio: { from: holding(0x35, "s16", thousandths), every: "second" },
    // 0x42, which some programs read, is the partial counter.
    energyImportKwh: { from: holding(0x3e, "s32", tenths), every: "minute" },
    energyExportKwh: { from: holding(0x5c, "s32", tenths), every: "minute" },
  },
});
