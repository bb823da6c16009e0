import { phaseCurrentA, powerFactorRatio, rounded, type SensorFace } from "../sensor-face.ts";

/** A Shelly Pro 3EM: power in one notification, counters in another. */
export function shellyFace(prefix: string): SensorFace {
  const will = (text: string) => [{ topic: `${prefix}/online`, text, isRetained: true }];
  const notify = (atMs: number, component: string, status: object) => ({
    topic: `${prefix}/events/rpc`,
    text: JSON.stringify({
      src: prefix,
      dst: `${prefix}/events`,
      method: "NotifyStatus",
      params: { ts: atMs / 1_000, [component]: { id: 0, ...status } },
    }),
    isRetained: false,
  });
  return {
    kind: "shelly-gen2",
    settings: { prefix, component: "em:0" },
    birth: will("true"),
    will: will("false"),
    say(sight) {
      const { powerKw = 0, voltageV, frequencyHz, energyImportKwh, wallAtMs } = sight;
      const phases = ["a", "b", "c"].flatMap((phase) => [
        [`${phase}_voltage`, rounded(voltageV, 1)],
        [`${phase}_current`, rounded(phaseCurrentA(sight), 3)],
        [`${phase}_freq`, rounded(frequencyHz, 1)],
      ]);
      const totals = {
        n_current: null,
        total_act_power: rounded(powerKw * 1_000, 1),
        total_aprt_power: rounded(Math.abs(powerKw * 1_000) / powerFactorRatio, 1),
      };
      return [
        notify(wallAtMs, "em:0", { ...Object.fromEntries(phases), ...totals }),
        notify(wallAtMs, "emdata:0", { total_act: rounded(energyImportKwh * 1_000, 2) }),
      ];
    },
  };
}
