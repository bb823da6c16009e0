import { phaseCurrentA, powerFactorRatio, rounded, type SensorFace } from "../sensor-face.ts";

/** A three-channel meter under Tasmota. Its clock shows UTC. */
export function tasmotaFace(topic: string): SensorFace {
  const will = (text: string) => [{ topic: `tele/${topic}/LWT`, text, isRetained: true }];
  return {
    kind: "tasmota-energy",
    settings: { topic },
    birth: will("Online"),
    will: will("Offline"),
    say(sight) {
      const { powerKw = 0, voltageV, frequencyHz, energyImportKwh, wallAtMs } = sight;
      const thirds = (value: number) => [value, value, value];
      const energy = {
        Total: rounded(energyImportKwh, 3),
        Power: thirds(Math.round((powerKw * 1_000) / 3)),
        Factor: powerFactorRatio,
        Frequency: rounded(frequencyHz, 2),
        Voltage: rounded(voltageV, 1),
        Current: thirds(rounded(phaseCurrentA(sight), 3)),
      };
      const time = new Date(wallAtMs).toISOString().slice(0, 19);
      const text = JSON.stringify({ Time: time, ENERGY: energy });
      return [{ topic: `tele/${topic}/SENSOR`, text, isRetained: false }];
    },
  };
}
