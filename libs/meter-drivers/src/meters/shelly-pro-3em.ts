import { defineMeter, input } from "../define-meter.ts";

const watts = { scale: 0.001 };

/** Modbus is off when the device is new. The monophase profile has other registers. */
export const shellyPro3em = defineMeter({
  id: "shelly-pro-3em",
  label: "Shelly Pro 3EM and 3EM Gen3, triphase profile",
  source: "Shelly Modbus component description; input register numbers less 30000",
  tier: "draft",
  unitId: 1,
  wordOrder: "little",
  powerSign: 1,
  wordsPerReadMax: 125,
  frequencyResolutionHz: 0.1, // Too coarse for stages: one threshold, as a second source.
  refreshMs: 1_000,
  probe: { kind: "frequency" },
  reads: {
    frequencyHz: { from: input(1033, "f32"), every: "fast" },
    voltageL1V: { from: input(1020, "f32"), every: "second" },
    voltageL2V: { from: input(1040, "f32"), every: "second" },
    voltageL3V: { from: input(1060, "f32"), every: "second" },
    currentL1A: { from: input(1022, "f32"), every: "second" },
    currentL2A: { from: input(1042, "f32"), every: "second" },
    currentL3A: { from: input(1062, "f32"), every: "second" },
    powerKw: { from: input(1013, "f32", watts), every: "second" },
    energyImportKwh: { from: input(1162, "f32", watts), every: "minute" },
    energyExportKwh: { from: input(1164, "f32", watts), every: "minute" },
  },
});
