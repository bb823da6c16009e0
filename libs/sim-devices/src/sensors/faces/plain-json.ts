import { rounded, type SensorFace, type SensorSight } from "../sensor-face.ts";

/** The controller of a power plant: what it could give, and what it gives. */
export function plantFace(topic: string): SensorFace {
  const will = (text: string) => [{ topic: `${topic}/status`, text, isRetained: true }];
  const quantities = { availableKw: "available", powerKw: "output" } as const;
  return {
    kind: "plain-json",
    settings: {
      values: Object.entries(quantities).map(([quantity, path]) => {
        return { topic, path, quantity, unit: "kW" };
      }),
      availability: { topic: `${topic}/status` },
      timePath: "time",
    },
    birth: will("online"),
    will: will("offline"),
    say(sight: SensorSight) {
      const { availableKw, powerKw, wallAtMs } = sight;
      const text = JSON.stringify({
        time: wallAtMs / 1_000,
        ...(availableKw !== undefined && { available: rounded(availableKw, 2) }),
        ...(powerKw !== undefined && { output: rounded(powerKw, 2) }),
      });
      return [{ topic, text, isRetained: false }];
    },
  };
}
