import { defineMeter, input } from "../define-meter.ts";

const watts = { scale: 0.001 };

export const eastronSdm630 = defineMeter({
  id: "eastron-sdm630",
  label: "Eastron SDM630, through a Modbus TCP gateway",
  source: "SDM630 Modbus protocol, input registers",
  tier: "draft",
  unitId: 1,
  wordOrder: "big",
  powerSign: 1,
  wordsPerReadMax: 80,
  frequencyResolutionHz: 0.01, // A float; check at commissioning that its last digits move.
  refreshMs: 200, // A serial line at 9600 baud needs some 25 ms a read, and others share it.
  probe: { kind: "frequency" },
  reads: {
    frequencyHz: { from: input(0x0046, "f32"), every: "fast" },
    voltageL1V: { from: input(0x0000, "f32"), every: "second" },
    voltageL2V: { from: input(0x0002, "f32"), every: "second" },
    voltageL3V: { from: input(0x0004, "f32"), every: "second" },
    currentL1A: { from: input(0x0006, "f32"), every: "second" },
    currentL2A: { from: input(0x0008, "f32"), every: "second" },
    currentL3A: { from: input(0x000a, "f32"), every: "second" },
    powerKw: { from: input(0x0034, "f32", watts), every: "second" },
    reactiveKvar: { from: input(0x003c, "f32", watts), every: "second" },
    powerFactorRatio: { from: input(0x003e, "f32"), every: "second" },
    energyImportKwh: { from: input(0x0048, "f32"), every: "minute" },
    energyExportKwh: { from: input(0x004a, "f32"), every: "minute" },
  },
});
