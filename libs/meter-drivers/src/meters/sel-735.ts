import { defineMeter, holding } from "../define-meter.ts";

const hundredths = { scale: 0.01 };
const hundredthsOfWatt = { scale: 0.000_01 };

/**
 * Its map can be programmed on site, and the coding of its frequency differs between firmwares:
 * `npm run probe` proposes one, an engineer confirms it, the site file states it.
 */
export const sel735 = defineMeter({
  id: "sel-735",
  label: "SEL-735 power quality and revenue meter",
  source: "SEL-735 instruction manual, appendix E, as of 2023-10-06 (firmware R206)",
  tier: "draft",
  unitId: 1,
  wordOrder: "big",
  powerSign: 1,
  wordsPerReadMax: 125,
  spans: [
    { table: "holding", address: 350, wordCount: 26 }, // IA to Q3.
    { table: "holding", address: 900, wordCount: 26 }, // Frequency first.
  ],
  frequencyResolutionHz: 0.01,
  refreshMs: 50, // Not stated by the maker: measure it at commissioning.
  probe: {
    kind: "text",
    from: { table: "holding", address: 0, wordCount: 20, startsWith: "SEL-735" },
  },
  serialNumber: { table: "holding", address: 20, wordCount: 20 },
  unsettled: ["frequencyHz"],
  reads: {
    frequencyHz: { from: holding(900, "u16", hundredths), every: "fast" },
    voltageL1V: { from: holding(358, "s32", hundredths), every: "second" },
    // Sources disagree which of 360 and 362 is B; compare with the display.
    voltageL2V: { from: holding(360, "s32", hundredths), every: "second" },
    voltageL3V: { from: holding(362, "s32", hundredths), every: "second" },
    currentL1A: { from: holding(350, "s32", hundredths), every: "second" },
    currentL2A: { from: holding(352, "s32", hundredths), every: "second" },
    currentL3A: { from: holding(354, "s32", hundredths), every: "second" },
    powerKw: { from: holding(370, "s32", hundredthsOfWatt), every: "second" },
    reactiveKvar: { from: holding(374, "s32", hundredthsOfWatt), every: "second" },
    energyImportKwh: { from: holding(600, "s32"), every: "minute" }, // Unit follows ENRG_SCA.
  },
});
