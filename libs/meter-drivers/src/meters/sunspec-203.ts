import { encodeText } from "@ballast/modbus";
import { defineMeter, holding } from "../define-meter.ts";
import { findSunSpecModel, sunSpecMarker } from "../sunspec.ts";

const modelId = 203;
const modelWords = 105;

// Offsets of the scale factors, from the register that holds the model's number.
const current = { exponentAt: 6 };
const voltage = { exponentAt: 15 };
const frequency = { exponentAt: 17 };
const power = { exponentAt: 22, scale: 0.001 };
const reactive = { exponentAt: 32, scale: 0.001 };
const percent = { exponentAt: 37, scale: 0.01 };
const energy = { exponentAt: 54, scale: 0.001 };

export const sunspec203 = defineMeter({
  id: "sunspec-203",
  label: "Any SunSpec meter, three-phase wye, integers (model 203)",
  source: "SunSpec model 203 definition",
  tier: "draft",
  unitId: 1,
  wordOrder: "big",
  powerSign: 1,
  wordsPerReadMax: 125,
  spans: [{ table: "holding", address: 0, wordCount: modelWords + 2 }],
  frequencyResolutionHz: 0.01, // By its scale factor; products differ.
  refreshMs: 200,
  probe: { kind: "located" },
  locate: () => findSunSpecModel(modelId),
  reads: {
    frequencyHz: { from: holding(16, "s16", frequency), every: "fast" },
    voltageL1V: { from: holding(8, "s16", voltage), every: "second" },
    voltageL2V: { from: holding(9, "s16", voltage), every: "second" },
    voltageL3V: { from: holding(10, "s16", voltage), every: "second" },
    currentL1A: { from: holding(3, "s16", current), every: "second" },
    currentL2A: { from: holding(4, "s16", current), every: "second" },
    currentL3A: { from: holding(5, "s16", current), every: "second" },
    powerKw: { from: holding(18, "s16", power), every: "second" },
    reactiveKvar: { from: holding(28, "s16", reactive), every: "second" },
    powerFactorRatio: { from: holding(33, "s16", percent), every: "second" },
    energyExportKwh: { from: holding(38, "acc32", energy), every: "minute" },
    energyImportKwh: { from: holding(46, "acc32", energy), every: "minute" },
  },
  constants: simulatedDevice(),
});

/** A common block, then the meter, then the end mark, with scale factors fit for one container. */
function simulatedDevice() {
  const common = [1, 66, ...encodeText("Ballast", 16), ...encodeText("SunSpec 203", 16)];
  const meterAt = 40_002 + 68;
  const word = (address: number, value: number) =>
    ({ table: "holding", address, words: [value & 0xffff] }) as const;
  return [
    { table: "holding", address: 40_000, words: [...sunSpecMarker, ...common] },
    { table: "holding", address: meterAt, words: [modelId, modelWords] },
    word(meterAt + current.exponentAt, -1),
    word(meterAt + voltage.exponentAt, -1),
    word(meterAt + frequency.exponentAt, -2),
    word(meterAt + power.exponentAt, 2),
    word(meterAt + reactive.exponentAt, 2),
    word(meterAt + percent.exponentAt, -2),
    word(meterAt + energy.exponentAt, 1),
    { table: "holding", address: meterAt + 2 + modelWords, words: [0xffff, 0] },
  ] as const;
}
