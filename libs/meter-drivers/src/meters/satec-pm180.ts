import { defineMeter, holding } from "../define-meter.ts";

/**
 * The 32-bit block. The 16-bit one maps 0 to 9999 onto the whole range of the transformers:
 * behind big ones a step is some 20 kW, of no use to a site of 560 kW.
 */
export const satecPm180 = defineMeter({
  id: "satec-pm180",
  label: "SATEC PM180, PM130 PLUS and EM133",
  source: "PM180 Modbus reference guide; addresses of the 1-second values to be confirmed",
  tier: "draft",
  unitId: 1,
  wordOrder: "little",
  powerSign: 1,
  wordsPerReadMax: 125,
  frequencyResolutionHz: 0.01,
  refreshMs: 200,
  probe: { kind: "frequency" },
  unsettled: ["frequencyHz"],
  reads: {
    frequencyHz: { from: holding(14_468, "u32", { scale: 0.01 }), every: "fast" },
    // Whole volts, amperes and kilowatts, unless the meter's high-resolution option is on.
    voltageL1V: { from: holding(13_952, "u32"), every: "second" },
    voltageL2V: { from: holding(13_954, "u32"), every: "second" },
    voltageL3V: { from: holding(13_956, "u32"), every: "second" },
    currentL1A: { from: holding(13_958, "u32"), every: "second" },
    currentL2A: { from: holding(13_960, "u32"), every: "second" },
    currentL3A: { from: holding(13_962, "u32"), every: "second" },
    powerKw: { from: holding(14_336, "s32"), every: "second" },
    reactiveKvar: { from: holding(14_338, "s32"), every: "second" },
    energyImportKwh: { from: holding(14_720, "u32"), every: "minute" },
  },
});
