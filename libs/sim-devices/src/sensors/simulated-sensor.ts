import type { Cancel, Clock } from "@ballast/kernel";
import type { SensorFace, SensorTruth, SpokenMessage } from "./sensor-face.ts";

export interface SimulatedSensorOptions {
  readonly face: SensorFace;
  /** What it measures now. */
  readonly source: (monoMs: number) => SensorTruth;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** To the broker, in the device's own topics. */
  readonly publish: (message: SpokenMessage) => void;
}

/** What befalls a sensor: it falls silent, loses its network, or its output stands still. */
export type SensorFault = "none" | "silent" | "offline" | "frozen";

export interface SimulatedSensor {
  setFault(fault: SensorFault): void;
  stop(): void;
}

/** A device that speaks at its interval, in virtual time or beside a real broker. */
export function simulatedSensor(options: SimulatedSensorOptions): SimulatedSensor {
  const { face, source, intervalMs, clock, publish } = options;
  const say = (messages: readonly SpokenMessage[]): void => {
    for (const message of messages) publish(message);
  };
  let fault: SensorFault = "none";
  let energyImportKwh = 0;
  let lastMonoMs = clock.monotonicMs();
  let seen = source(lastMonoMs);
  say(face.birth);
  const cancel: Cancel = clock.every(intervalMs, "simulated-sensor", () => {
    const nowMonoMs = clock.monotonicMs();
    const elapsedH = (nowMonoMs - lastMonoMs) / 3_600_000;
    lastMonoMs = nowMonoMs;
    energyImportKwh += Math.max(0, seen.powerKw ?? 0) * elapsedH;
    if (fault !== "frozen") seen = source(nowMonoMs);
    if (fault === "silent" || fault === "offline") return;
    say(face.say({ ...seen, energyImportKwh, wallAtMs: clock.wallMs() }));
  });
  return {
    setFault: (next) => {
      const wasOffline = fault === "offline";
      fault = next;
      if (next === "offline" && !wasOffline) say(face.will);
      if (next !== "offline" && wasOffline) say(face.birth);
    },
    stop: cancel,
  };
}
