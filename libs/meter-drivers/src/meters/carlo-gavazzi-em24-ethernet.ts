import { defineMeter, holding } from "../define-meter.ts";

const tenths = { scale: 0.1 };
const thousandths = { scale: 0.001 };
const tenthsOfWatt = { scale: 0.000_1 };

export const carloGavazziEm24Ethernet = defineMeter({
  id: "carlo-gavazzi-em24-ethernet",
  label: "Carlo Gavazzi EM24 with Ethernet (E1)",
  source: "EM24-DIN E1 communication protocol; it differs from that of the RS-485 version",
  tier: "draft",
  unitId: 1,
  wordOrder: "little",
  powerSign: 1,
  wordsPerReadMax: 11, // Stated for the RS-485 version; kept here, as nothing says otherwise.
  frequencyResolutionHz: 0.1, // Too coarse for stages: one threshold, as a second source.
  refreshMs: 500,
  probe: { kind: "frequency" },
  reads: {
    frequencyHz: { from: holding(0x33, "s16", tenths), every: "fast" },
    voltageL1V: { from: holding(0x00, "s32", tenths), every: "second" },
    voltageL2V: { from: holding(0x02, "s32", tenths), every: "second" },
    voltageL3V: { from: holding(0x04, "s32", tenths), every: "second" },
    currentL1A: { from: holding(0x0c, "s32", thousandths), every: "second" },
    currentL2A: { from: holding(0x0e, "s32", thousandths), every: "second" },
    currentL3A: { from: holding(0x10, "s32", thousandths), every: "second" },
    powerKw: { from: holding(0x28, "s32", tenthsOfWatt), every: "second" },
    powerFactorRatio: { from: holding(0x31, "s16", thousandths), every: "second" },
    energyImportKwh: { from: holding(0x34, "s32", tenths), every: "minute" },
    energyExportKwh: { from: holding(0x4e, "s32", tenths), every: "minute" },
  },
});
